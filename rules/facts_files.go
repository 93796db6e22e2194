package rules

import (
	"slices"
	"strings"

	"github.com/wanfix/wanfix/detect/modelfile"
	"github.com/wanfix/wanfix/rules/plan"
	"github.com/wanfix/wanfix/workflows"
)

// Folders of ComfyUI's models, besides modelsKind.
const (
	textEncodersKind = "text_encoders"
	clipKind         = "clip_vision"
	vaeKind          = "vae"

	roleCLIP       = "clip"
	takesCLIPEmbed = "clip_embeds"
)

// fileFacts are about what model files are made for, those beside the model among them.
func fileFacts() []Fact {
	of := func(name string, kind Type, meaning string, answer func(*scene) Answer) Fact {
		return fact(name, kind, "", "model file", meaning, answer)
	}
	return []Fact{
		of("weights.in_channels", Int, "the channels that the model is fed: 16 of text-to-video, 36 of image-to-video", inChannels),
		of("weights.latent_channels", Int, "the channels of what the model makes: 48 of the 5B, 16 of all others", latentChannels),
		of("weights.vace", Bool, "the model has VACE blocks, its own or those of a module", hasVACE),
		of("weights.mixed", Bool, "an fp8 file in which some of the blocks' matrices are of 16 bit", mixedFile),
		of("weights.k_quants", Bool, "a GGUF file with tensors such as Q4_K", kQuants),
		of("t5.scaled", Bool, "the text encoder's file is scaled fp8", textEncoderScaled),
		of("t5.umt5", Bool, "the text encoder's file is a umT5-xxl, which Wan was trained with", isUMT5),
		of("clip.open_clip", Bool, "the file for CLIP is the whole open-clip model, as the wrapper's own loader wants it", isOpenCLIP),
		of("vae.channels", Int, "the channels that the VAE decodes: 16 of the one of Wan 2.1, 48 of the one of the 5B", vaeChannels),
		of("lora.added_special", Bool, "the name of a LoRA that a patch adds says that it is one of UniAnimate, or a control LoRA, which change the model itself", addedSpecial),
	}
}

// channelsOf are the channels that models of a family are fed, for those of which all are alike.
var channelsOf = map[string]float64{"t2v": 16, "vace": 16, "i2v": 36, "i2v-2.2": 36, "flf2v": 36}

func inChannels(s *scene) Answer {
	e := s.modelFile()
	if e.header != nil {
		if e.header.InChannels == 0 {
			return unknown("the header does not tell")
		}
		return known(float64(e.header.InChannels), e.source)
	}
	file, _ := s.ask("loader.file").Value.(string)
	model, _ := plan.ByName(file)
	if n := channelsOf[model.Family]; n > 0 && !model.Module {
		return known(n, e.source)
	}
	return unknown(e.missing(" how many channels it takes"))
}

// latentChannels goes by the side of a latent pixel, which is twice as long with the 5B.
func latentChannels(s *scene) Answer {
	e := s.modelFile()
	file, _ := s.ask("loader.file").Value.(string)
	model, ok := plan.ByName(file)
	if e.header != nil {
		model, ok = plan.ByHeader(e.header, file)
	}
	switch {
	case !ok || model.Module:
		return unknown(e.missing(" how many channels it makes"))
	case model.Stride > 8:
		return known(48.0, e.source)
	}
	return known(16.0, e.source)
}

// hasVACE asks the model's file and those of the modules: a name proves that VACE is there, only
// headers that it is not.
func hasVACE(s *scene) Answer {
	file, _ := s.ask("loader.file").Value.(string)
	files := []string{file}
	supply, _ := s.stack.Role("extra")
	for _, run := range supply.Runs {
		name, _ := fieldOf(run, fieldFile).Value.(string)
		files = append(files, name)
	}
	answer := known(false, s.stack.Loader.String())
	for _, name := range files {
		e := s.evidenceFor(modelsKind, name)
		switch model, _ := plan.ByName(name); {
		case e.header != nil && e.header.VACEBlocks != nil, e.header == nil && model.Family == "vace":
			return known(true, e.source)
		case e.header == nil:
			answer = unknown(e.missing(" whether it has VACE"))
		}
	}
	return answer
}

func mixedFile(s *scene) Answer {
	e := s.modelFile()
	if e.header == nil {
		return unknown(e.missing(" what else is in it"))
	}
	return known((e.dtype == "e4m3fn" || e.dtype == "e5m2") && e.header.Has16BitLinears, e.source)
}

func kQuants(s *scene) Answer {
	e := s.modelFile()
	if e.header != nil {
		for dtype := range e.header.Dtypes {
			if strings.HasSuffix(dtype, "_K") {
				return known(true, e.source)
			}
		}
		return known(false, e.source)
	}
	file, _ := s.ask("loader.file").Value.(string)
	if kind := plan.GGUFKind(file); kind != "" {
		return known(strings.Contains(string(kind), "_K"), e.source)
	}
	return unknown(e.missing(" how its tensors are packed"))
}

// fileOf is what is known of the file that a role's node loads from a folder of models.
func (s *scene) fileOf(role, folder string) (name string, e evidence, missing Answer) {
	file := s.ask(role + "." + fieldFile)
	name, ok := file.Value.(string)
	if !ok {
		return "", e, file
	}
	return name, s.evidenceFor(folder, name), Answer{}
}

func textEncoderScaled(s *scene) Answer {
	name, e, missing := s.fileOf(takesT5, textEncodersKind)
	if name == "" {
		return missing
	}
	return e.answer(e.scaled, "whether it is scaled")
}

func isUMT5(s *scene) Answer {
	name, e, missing := s.fileOf(takesT5, textEncodersKind)
	if name == "" {
		return missing
	}
	return e.is(modelfile.T5, "umt5-xxl", spelled(name, "umt5"), spelled(name, "t5xxl"))
}

func isOpenCLIP(s *scene) Answer {
	name, e, missing := s.fileOf(roleCLIP, clipKind)
	if name == "" {
		return missing
	}
	return e.is(modelfile.CLIP, "open-clip-vit-h", spelled(name, "openclip"), spelled(name, "clipvision"))
}

// is tells whether a file is of a family, by its header or else by what its name says.
func (e evidence) is(kind modelfile.Kind, family string, saysSo, saysElse bool) Answer {
	switch h := e.header; {
	case h != nil && (h.Kind == "" || h.Kind == kind && h.Family == ""):
		return unknown("the header does not tell")
	case h != nil:
		return known(h.Kind == kind && h.Family == family, e.source)
	case saysSo:
		return known(true, e.source)
	case saysElse:
		return known(false, e.source)
	}
	return unknown(e.missing(" which model it is"))
}

// spelled looks for a word in a file's name, whatever stands between its letters and digits.
func spelled(file, word string) bool {
	name := strings.ToLower(file[strings.LastIndexAny(file, `/\`)+1:])
	return strings.Contains(strings.NewReplacer("_", "", "-", "", ".", "", " ", "").Replace(name), word)
}

func vaeChannels(s *scene) Answer {
	name, e, missing := s.fileOf(roleVAE, vaeKind)
	if name == "" {
		return missing
	}
	families := map[string]float64{"wan-vae-2.1": 16, "wan-vae-2.2": 48}
	switch {
	case e.header != nil && families[e.header.Family] > 0:
		return known(families[e.header.Family], e.source)
	case e.header != nil:
		return unknown("the header does not tell")
	case spelled(name, "wan21vae"):
		return known(16.0, e.source)
	case spelled(name, "wan22vae"):
		return known(48.0, e.source)
	}
	return unknown(e.missing(" which VAE it is"))
}

func addedSpecial(s *scene) Answer {
	for _, supply := range s.stack.Added("lora") {
		for _, run := range supply.Runs {
			if run.Home.Role() != roleList || idleNode(run) != No {
				continue
			}
			for field := range run.Home.Signature.Fields {
				row, isFile := cutRow(field)
				if !isFile || fieldOf(run, fieldStrength+row).Value == 0.0 {
					continue
				}
				name, _ := fieldOf(run, field).Value.(string)
				if spelled(name, "unianimate") || spelled(name, "controllora") {
					return known(true, run.String())
				}
			}
		}
	}
	return known(false, "the names of the LoRAs that patches add")
}

// textEncoderLoaders are the nodes that load what encodes the sampler's text.
func (s *scene) textEncoderLoaders() (found []*workflows.Run) {
	for _, run := range s.textEncoders() {
		if loader := textEncoderLoader(run); loader != nil && !slices.Contains(found, loader) {
			found = append(found, loader)
		}
	}
	return found
}

// clipLoaders are the nodes of the wrapper that load what encodes the sampler's pictures for
// cross-attention.
func (s *scene) clipLoaders() (found []*workflows.Run) {
	chain, _ := s.embeds()
	for _, at := range chain {
		if wire := at.Wire(at.Home.Signature.Takes[takesCLIPEmbed]); wire.Kind == workflows.Given && wire.From.Home.Signature != nil {
			at = wire.From
		}
		wire := at.Wire(at.Home.Signature.Takes[roleCLIP])
		if wire.Kind == workflows.Given && wire.From.Home.Role() == roleCLIP {
			found = append(found, wire.From)
		}
	}
	return found
}
