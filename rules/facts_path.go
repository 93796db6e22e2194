package rules

import (
	"slices"

	"github.com/wanfix/wanfix/workflows"
)

// fieldAttention and fieldMerge are fields of patches and lists that no role brings to a stack.
const (
	fieldAttention = "attention"
	fieldMerge     = "merge"
)

// pathFacts are about several nodes of a model path at once, or of several paths.
func pathFacts() []Fact {
	of := func(name string, kind Type, meaning string, answer func(*scene) Answer) Fact {
		return fact(name, kind, "", "workflow", meaning, answer)
	}
	return []Fact{
		of("override.attention", Text, "the attention mode that a patch puts in the place of the loader's for some steps: none without such a patch", overridingAttention),
		of("lora.mixed", Bool, "some LoRAs that reach the loader are to be merged and some are not", lorasMixed),
		of("lora.added_merges", Bool, "the last LoRA that a patch on the model adds is to be merged, which the patch refuses", addedMerges),
		of("extra.other_container", Bool, "a module that reaches the loader is a GGUF file and the model is none, or the other way round", extraOfOtherContainer),
		of("multitalk.gguf", Bool, "the MultiTalk file that reaches the loader is a GGUF file", multitalkGGUF),
		of("module.scaled", Bool, "an extra module or a MultiTalk file that reaches the loader is scaled fp8", moduleScaled("")),
		of("module.scaled_e4m3fn", Bool, "an extra module or a MultiTalk file that reaches the loader is scaled e4m3fn", moduleScaled("e4m3fn")),
		of("flowedit.linked", Bool, "FlowEdit reaches the sampler", reachesSampler("flowedit")),
		of("feta.linked", Bool, "Enhance-A-Video reaches the sampler", reachesSampler("feta")),
		of("loader.fp16_sums_differ", Bool, "another loader of the workflow disagrees about base_precision fp16_fast", fp16SumsDiffer),
		of("sampler.hands_on", Bool, "what is sampled goes on to a sampler that has another loader", handsOn),
	}
}

// overridingAttention asks the patch nearest to the sampler, which is the last to write it.
func overridingAttention(s *scene) Answer {
	for _, patch := range slices.Backward(s.stack.Patches) {
		if _, ok := patch.Home.Signature.Takes["block_list"]; ok {
			return fieldOf(patch, fieldAttention)
		}
	}
	return known("none", "nothing overrides the attention mode")
}

// lorasMixed asks the nodes that have a part in the list.
func lorasMixed(s *scene) Answer {
	supply, _ := s.stack.Role("lora")
	if supply.Open != "" {
		return unknown("the lora list is not wholly known: " + supply.Open)
	}
	var merged, beside bool
	for _, run := range supply.Runs {
		if run.Home.Role() != roleList || idleNode(run) == Yes {
			continue
		}
		a := fieldOf(run, fieldMerge)
		if !a.Known() || idleNode(run) == Unsure {
			return unknown("the lora list is not wholly known")
		}
		merged, beside = merged || a.Value == true, beside || a.Value == false
	}
	return known(merged && beside, s.stack.Loader.String())
}

// addedMerges asks the node nearest to each patch that has a part: its LoRA stands last.
func addedMerges(s *scene) Answer {
	for _, supply := range s.stack.Added("lora") {
		for _, run := range supply.Runs {
			if run.Home.Role() != roleList || idleNode(run) == Unsure {
				return unknown("whether " + run.String() + " has a part is not known")
			}
			if idleNode(run) == Yes {
				continue
			}
			if a := fieldOf(run, fieldMerge); a.Value != false {
				return a
			}
			break
		}
	}
	return known(false, s.stack.Loader.String())
}

func extraOfOtherContainer(s *scene) Answer {
	supply, _ := s.stack.Role("extra")
	model := s.ask("weights.container")
	if !model.Known() {
		return model
	}
	other := known(false, s.stack.Loader.String())
	for _, run := range supply.Runs {
		file, ok := fieldOf(run, fieldFile).Value.(string)
		switch {
		case run.Home.Role() != roleList, !ok:
			return unknown("the file that " + run.String() + " loads is not known")
		case hintsOf(file).gguf != (model.Value == "gguf"):
			other = known(true, run.String())
		}
	}
	return other
}

func multitalkGGUF(s *scene) Answer {
	if linked := linked("multitalk")(s); linked.Value == false {
		return linked
	}
	a := s.ask("multitalk.file")
	if file, ok := a.Value.(string); ok {
		return known(hintsOf(file).gguf, a.Source)
	}
	return a
}

// moduleScaled asks the files of all modules; dtype "" is any fp8.
func moduleScaled(dtype string) func(*scene) Answer {
	return func(s *scene) Answer {
		answer := known(false, s.stack.Loader.String())
		for _, role := range []string{"extra", "multitalk"} {
			supply, _ := s.stack.Role(role)
			for _, run := range supply.Runs {
				file, ok := fieldOf(run, fieldFile).Value.(string)
				if !ok {
					answer = unknown("the file that " + run.String() + " loads is not known")
					continue
				}
				switch e := s.evidenceFor(modelsKind, file); {
				case e.scaled == Yes && (dtype == "" || dtype == e.dtype):
					return known(true, e.source)
				case e.scaled == Unsure && e.dtype != "16bit":
					answer = unknown(e.missing(" whether " + file + " is scaled"))
				}
			}
		}
		return answer
	}
}

// reachesSampler answers whether something real arrives at the sampler for a role.
func reachesSampler(role string) func(*scene) Answer {
	return func(s *scene) Answer {
		if s.stack.Sampler == nil {
			return idle("no sampler uses the loader")
		}
		input, ok := s.stack.Sampler.Home.Signature.Takes[role]
		if !ok {
			return unknown(s.stack.Sampler.Home.Class + " has no input for it")
		}
		return arrives(SupplyOf(s.stack.Sampler, input))
	}
}

// fp16SumsDiffer asks the other loaders: the wrapper keeps one setting for all of torch.
func fp16SumsDiffer(s *scene) Answer {
	mine := s.ask("loader.base_precision")
	if !mine.Known() {
		return mine
	}
	const fast = "fp16_fast"
	for _, other := range s.stack.survey.Stacks {
		if a := s.of(other).ask("loader.base_precision"); a.Known() && (a.Value == fast) != (mine.Value == fast) {
			return known(true, a.Source)
		}
	}
	return known(false, mine.Source)
}

func handsOn(s *scene) Answer {
	for _, next := range s.stack.survey.Stacks {
		if next.Sampler == nil || s.stack.Sampler == nil || next.Loader == s.stack.Loader {
			continue
		}
		wire := next.Sampler.Wire(next.Sampler.Home.Signature.Takes[takesSamples])
		if wire.Kind == workflows.Given && wire.From == s.stack.Sampler {
			return known(true, next.Sampler.String())
		}
	}
	return known(false, "no other sampler takes what is sampled")
}
