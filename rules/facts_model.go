package rules

import (
	"strings"

	"github.com/wanfix/wanfix/rules/plan"
)

// familyVACE is what plan's models and headers call it.
const familyVACE = "vace"

// modelFacts are about what kind of model a file and the modules added to it make.
func modelFacts() []Fact {
	of := func(name string, kind Type, meaning string, answer func(*scene) Answer) Fact {
		return fact(name, kind, "", "model file", meaning, answer)
	}
	return []Fact{
		of("weights.in_channels", Int, "the channels that the model is fed: 16 of text-to-video, 36 of image-to-video", inChannels),
		of("weights.latent_channels", Int, "the channels of what the model makes: 48 of the 5B, 16 of all others", latentChannels),
		of("weights.vace", Bool, "the model has VACE blocks, its own or those of a module", hasVACE),
		of("extra.vace", Bool, "a module that reaches the loader has VACE blocks", extraVACE),
		of("weights.mixed", Bool, "an fp8 file in which some of the blocks' matrices are of 16 bit", mixedFile),
		of("weights.k_quants", Bool, "a GGUF file with tensors such as Q4_K", kQuants),
	}
}

// channelsOf are the channels that models of a family are fed, for those of which all are alike.
var channelsOf = map[string]float64{"t2v": 16, familyVACE: 16, "i2v": 36, "i2v-2.2": 36, "flf2v": 36}

func inChannels(s *scene) Answer {
	e := s.modelFile()
	if e.header != nil {
		if e.header.InChannels == 0 {
			return unknown("the header does not tell")
		}
		return known(float64(e.header.InChannels), e.source)
	}
	file, _ := s.ask("loader.file").Value.(string)
	model, _ := s.modelNamed(file)
	if n := channelsOf[model.Family]; n > 0 && !model.Module {
		return known(n, e.source)
	}
	return unknown(e.missing(" how many channels it takes"))
}

// latentChannels goes by the side of a latent pixel, which is twice as long with the 5B.
func latentChannels(s *scene) Answer {
	e := s.modelFile()
	file, _ := s.ask("loader.file").Value.(string)
	model, ok := s.modelNamed(file)
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

// hasVACE asks the model's file and those of the modules.
func hasVACE(s *scene) Answer {
	file, _ := s.ask("loader.file").Value.(string)
	own, e := s.vaceIn(file)
	return answerOfTruth(max(own, s.vaceInModules()), e.source, e.missing(" whether it has VACE"))
}

func extraVACE(s *scene) Answer {
	return answerOfTruth(s.vaceInModules(), s.stack.Loader.String(), "the modules that reach the loader are not all known")
}

func (s *scene) vaceInModules() Truth {
	supply, _ := s.stack.Role("extra")
	found := No
	for _, run := range supply.Runs {
		name, _ := fieldOf(run, fieldFile).Value.(string)
		one, _ := s.vaceIn(name)
		found = max(found, one)
	}
	return found
}

// vaceIn tells whether a file has VACE blocks. A name proves that they are there; that they are not
// is proved by a header, or by the name of another module.
func (s *scene) vaceIn(file string) (Truth, evidence) {
	e := s.evidenceFor(modelsKind, file)
	model, known := s.modelNamed(file)
	switch {
	case e.header != nil:
		return truth(e.header.VACEBlocks != nil), e
	case known && (model.Module || model.Family == familyVACE):
		return truth(model.Family == familyVACE), e
	}
	return Unsure, e
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
	switch kind := plan.GGUFKind(file); {
	case s.named(".safetensors"):
		return known(false, e.source)
	case kind != "":
		return known(strings.Contains(string(kind), "_K"), e.source)
	}
	return unknown(e.missing(" how its tensors are packed"))
}
