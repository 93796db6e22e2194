package rules

import (
	"slices"

	"github.com/wanfix/wanfix/workflows"
)

// givesSchedule is the role of a list with a number for each step.
const givesSchedule = "schedule"

// settingsFacts are about settings as a whole: where they arrive, what they leave out, and whether
// they agree.
func settingsFacts() []Fact {
	of := func(name string, kind Type, meaning string, answer func(*scene) Answer) Fact {
		return fact(name, kind, "", "workflow", meaning, answer)
	}
	return []Fact{
		of("compile.parked", Bool, "a node of the workflow holds compile settings that nobody takes", parked("compile")),
		of("compile.limits_differ", Bool, "compile settings of a model before this one have other limits or another way with parameters' shapes, which are one for all of torch", compileLimitsDiffer),
		of("compile.static_shapes_omitted", Bool, "an API prompt leaves the input out, so that Python's default counts", omitted("compile", "static_shapes")),
		of("swap.vace_blocks_omitted", Bool, "an API prompt leaves the input out, so that Python's default counts", omitted("swap", "vace_blocks")),
		of("vae.compiled", Bool, "compile settings reach the VAE that decodes", vaeCompiled),
		of("lora.empty", Bool, "what reaches the loader is a list of LoRAs without any, as a node with strength 0 gives", loraEmpty),
		of("lora.scheduled", Bool, "a LoRA that reaches the loader has a strength for each step", loraScheduled),
		of("radial.linked", Bool, "a patch on the model sets radial attention up", radialLinked),
		of("radial.dense", Text, "the attention mode that this patch asks for in dense steps", radialField("attention")),
		of("radial.block_size", Int, "the size of its blocks; 128 without such a patch", radialField("block_size")),
		of("radial.aligned", Bool, "radial attention can divide the picture into its blocks", radialAligned),
	}
}

// parked looks for nodes that give a role and are muted, bypassed or linked to nothing.
func parked(role string) func(*scene) Answer {
	return func(s *scene) Answer {
		part := s.stack.Loader.Home.Graph.Part
		for _, run := range part.Runs {
			if class := run.Home.Signature; class == nil || class.Gives != role {
				continue
			}
			if !run.Active() || !origins(run.Home.Graph)[run.Home.ID] {
				return known(true, run.String())
			}
		}
		return known(false, s.stack.Loader.String())
	}
}

// compileLimitsDiffer asks the stacks before this one, so that each difference is told once: who
// samples last sets the limits for all.
func compileLimitsDiffer(s *scene) Answer {
	if mine := s.ask("compile.linked"); mine.Value != true {
		return mine
	}
	for _, other := range s.stack.survey.Stacks {
		if other == s.stack {
			break
		}
		there := s.of(other)
		if there.ask("compile.linked").Value != true {
			continue
		}
		for _, name := range []string{"compile.cache_limit", "compile.recompile_limit", "compile.static_shapes"} {
			mine, theirs := s.ask(name), there.ask(name)
			if mine.Known() && theirs.Known() && mine.Value != theirs.Value {
				return known(true, theirs.Source)
			}
		}
	}
	return known(false, s.stack.Loader.String())
}

// omitted asks whether the node that counts has a widget that an API prompt does not write.
func omitted(role, field string) func(*scene) Answer {
	return func(s *scene) Answer {
		runs, _ := s.runs(role)
		if len(runs) == 0 {
			return idle("no " + role + " is linked")
		}
		run := runs[0]
		if run.Home.Signature == nil || run.Home.Signature.Fields[field] == "" {
			return idle(run.Home.Class + " has no " + field)
		}
		written := run.Home.Input(run.Home.Signature.Fields[field]) != nil
		return known(run.Home.Graph.Part.Form == workflows.API && !written, run.String())
	}
}

func vaeCompiled(s *scene) Answer {
	runs := s.decodingVAE()
	if len(runs) == 0 {
		return idle("no VAE decodes what is sampled")
	}
	input, ok := runs[0].Home.Signature.Takes[takesCompile]
	if !ok {
		return known(false, runs[0].String())
	}
	return arrives(SupplyOf(runs[0], input))
}

// loraEmpty asks the node at the loader: those with one row pass on a list without rows, others
// nothing at all.
func loraEmpty(s *scene) Answer {
	supply, _ := s.stack.Role("lora")
	if len(supply.Runs) == 0 || supply.Runs[0].Home.Role() != roleList || supply.Runs[0].Home.Signature.Fields[fieldFile] == "" {
		return known(false, s.stack.Loader.String())
	}
	return answerOfTruth(loras([]Supply{supply}).not(), supply.Runs[0].String(), "the strengths of the LoRAs are not all known")
}

func loraScheduled(s *scene) Answer {
	supply, _ := s.stack.Role("lora")
	for _, run := range supply.Runs {
		if run.Home.Role() != roleList {
			continue
		}
		for field := range run.Home.Signature.Fields {
			if scheduled(run, field) {
				return known(true, run.String())
			}
		}
	}
	return known(false, s.stack.Loader.String())
}

// scheduled reports whether a field is given a number for each step.
func scheduled(run *workflows.Run, field string) bool {
	wire := run.Wire(run.Home.Signature.Fields[field])
	return wire.Kind == workflows.Given && wire.From.Home.Signature != nil && wire.From.Home.Signature.Gives == givesSchedule
}

// radialPatch is the patch nearest to the sampler that sets radial attention up, nil for none.
func (s *scene) radialPatch() *workflows.Run {
	for _, patch := range slices.Backward(s.stack.Patches) {
		if patch.Home.Signature.Fields["block_size"] != "" {
			return patch
		}
	}
	return nil
}

func radialLinked(s *scene) Answer {
	if patch := s.radialPatch(); patch != nil {
		return known(true, patch.String())
	}
	return known(false, s.stack.Loader.String())
}

func radialField(field string) func(*scene) Answer {
	return func(s *scene) Answer {
		patch := s.radialPatch()
		switch {
		case patch != nil:
			return fieldOf(patch, field)
		case field == "block_size":
			return known(128.0, "the default")
		}
		return idle("no patch sets radial attention up")
	}
}

// radialAligned asks whether both sides divide by the block size, and the tokens of a frame too.
func radialAligned(s *scene) Answer {
	var n [3]int
	for i, name := range []string{"size.width", "size.height", "radial.block_size"} {
		a := s.ask(name)
		value, ok := a.Value.(float64)
		if !ok || value < 8 {
			return unknown(a.Why)
		}
		n[i] = int(value)
	}
	if s.ask("weights.latent_channels").Value != 16.0 {
		return unknown("how large a latent pixel of the model is, is not known")
	}
	w, h, block := n[0]/8, n[1]/8, n[2]
	return known(w%(block/8) == 0 && h%(block/8) == 0 && w*h/4%block == 0, s.ask("size.width").Source)
}
