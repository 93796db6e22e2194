package rules

import (
	"slices"
	"strings"

	"github.com/wanfix/wanfix/detect/modelfile"
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

// fileFacts are about what the files beside the model are made for.
func fileFacts() []Fact {
	of := func(name string, kind Type, meaning string, answer func(*scene) Answer) Fact {
		return fact(name, kind, "", "model file", meaning, answer)
	}
	return []Fact{
		of("t5.scaled", Bool, "the text encoder's file is scaled fp8", textEncoderScaled),
		of("t5.umt5", Bool, "the text encoder's file is a umT5-xxl, which Wan was trained with", isUMT5),
		of("clip.open_clip", Bool, "the file for CLIP is the whole open-clip model, as the wrapper's own loader wants it", isOpenCLIP),
		of("vae.channels", Int, "the channels that the VAE decodes: 16 of the one of Wan 2.1, 48 of the one of the 5B", vaeChannels),
		of("lora.added_special", Bool, "the name of a LoRA that a patch adds says that it is one of UniAnimate, or a control LoRA, which change the model itself", addedSpecial),
	}
}

// fileOf is what is known of the file that a role's node loads from a folder of models.
func (s *scene) fileOf(role, folder string) (name string, e evidence, missing Answer) {
	file := s.ask(role + "." + fieldFile)
	switch name, _ := file.Value.(string); {
	case name != "":
		return name, s.evidenceFor(folder, name), Answer{}
	case file.Known():
		return "", e, unknown(file.Source + " names no file")
	}
	return "", e, file
}

func textEncoderScaled(s *scene) Answer {
	name, e, missing := s.fileOf(takesT5, textEncodersKind)
	if name == "" {
		return missing
	}
	if e.named && e.dtype == "16bit" {
		return known(false, e.source)
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
	return strings.Contains(strings.Map(func(c rune) rune {
		if strings.ContainsRune("_-. ", c) {
			return -1
		}
		return c
	}, name), word)
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
