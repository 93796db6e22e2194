package rules

import (
	"cmp"
	"strings"

	"github.com/wanfix/wanfix/detect/modelfile"
)

// evidence is what is known of the loader's model file: what its header says, or
// else what its name proves.
type evidence struct {
	// dtype is "e4m3fn", "e5m2", "fp8" (one of the two), "16bit", "gguf", "other", or ""
	// where nothing tells.
	dtype string
	// scaled, marker and comfyScales tell whether there is a scale beside each fp8
	// weight, whether the key scaled_fp8 announces it, and whether the scales are
	// stored in ComfyUI's own way.
	scaled, marker, comfyScales Truth
	source                      string
	named                       bool              // only the name tells
	header                      *modelfile.Header // nil where only the name is known
	// why tells why there is no more, "" for a header.
	why string
}

const (
	byName     = "the file's name"
	notRead    = "the file has not been read"
	sayFolder  = saying + "--comfy or --models"
	modelsKind = "diffusion_models"
)

// modelFile finds out what is known of the loader's file, once for all facts.
func (s *scene) modelFile() evidence {
	if s.file == nil {
		e := s.findEvidence()
		s.file = &e
	}
	return *s.file
}

func (s *scene) findEvidence() evidence {
	file := s.ask("loader.file")
	name, ok := file.Value.(string)
	if !ok {
		return evidence{scaled: Unsure, marker: Unsure, comfyScales: Unsure, why: file.Why}
	}
	return s.evidenceFor(modelsKind, name)
}

// evidenceFor reads the header of a file in a models folder, or else its name.
func (s *scene) evidenceFor(folder, name string) evidence {
	why, source := notRead, byName
	if s.machine.Models != nil {
		header, place, err := s.machine.Models.Header(folder, name)
		if err == nil {
			return evidenceOf(header, place)
		}
		why = err.Error()
		source += ", " + why
	}
	return evidenceOfName(name, why, source)
}

func evidenceOf(h *modelfile.Header, source string) evidence {
	e := evidence{scaled: truth(h.Scaled), marker: truth(h.Marker), comfyScales: truth(h.HasWeightScale), source: source, header: h}
	switch h.Weights {
	case "e4m3fn", "e5m2", "gguf":
		e.dtype = h.Weights
	case "bf16", "fp16", "fp32":
		e.dtype = "16bit"
	default:
		e.dtype = "other"
	}
	return e
}

func evidenceOfName(name, why, source string) evidence {
	hints := hintsOf(name)
	e := evidence{dtype: hints.dtype, scaled: Unsure, marker: Unsure, comfyScales: Unsure, source: source, named: true, why: why}
	switch {
	case hints.gguf:
		e.dtype, e.scaled, e.marker, e.comfyScales = "gguf", No, No, No
	case hints.scaled:
		e.scaled = Yes
	}
	return e
}

// answer turns a truth into an answer; what names the thing that may be missing.
func (e evidence) answer(t Truth, what string) Answer {
	return answerOfTruth(t, e.source, e.missing(" "+what))
}

// missing says why something is not known.
func (e evidence) missing(what string) string {
	if !e.named {
		return e.why
	}
	why := e.why + ", and its name does not tell" + what
	if e.why == notRead {
		why += sayFolder
	}
	return why
}

// weightsContainer answers what the loader takes the file for, which goes by its name.
func weightsContainer(s *scene) Answer {
	switch e := s.modelFile(); {
	case e.header != nil && (e.dtype == "gguf") != s.named(".gguf"):
		return unknown("the file holds something else than its name says, which the loader cannot read")
	case e.dtype == "gguf":
		return known("gguf", e.source)
	case e.why == "":
		return known("safetensors", e.source)
	}
	file := s.ask("loader.file")
	name, ok := file.Value.(string)
	switch {
	case !ok:
		return unknown(file.Why)
	case s.named(".safetensors"):
		return known("safetensors", byName)
	}
	return unknown("the name does not tell what kind of file " + name + " is")
}

// named reports whether the loader's file has an ending.
func (s *scene) named(ending string) bool {
	name, _ := s.ask("loader.file").Value.(string)
	return strings.HasSuffix(strings.ToLower(name), ending)
}

func weightsFile(s *scene) Answer {
	e := s.modelFile()
	if e.dtype == "" {
		return unknown(e.missing(""))
	}
	return known(e.dtype, e.source)
}

func weightsScaled(s *scene) Answer {
	e := s.modelFile()
	return e.answer(e.scaled, "whether it is scaled")
}

func weightsMarker(s *scene) Answer {
	e := s.modelFile()
	return e.answer(e.marker, "whether it has the key scaled_fp8")
}

func weightsComfyScales(s *scene) Answer {
	e := s.modelFile()
	return e.answer(e.comfyScales, "how its scales are stored")
}

// weightsDtype works out what the main weights are once the loader is done: a
// scaled or GGUF file decides itself unless a LoRA is merged into it the low-memory
// way, an unscaled fp8 file is cast to the widget's fp8, and a 16-bit file follows
// the widget.
func weightsDtype(s *scene) Answer {
	e := s.modelFile()
	if e.dtype == "gguf" {
		return known("gguf", e.source)
	}
	widget := s.ask("loader.quantization")
	wanted, ok := widget.Value.(string)
	if !ok {
		return unknown(widget.Why)
	}
	asked := hintsOf(wanted).dtype // the widget's values are spelled like file names
	if e.scaled == Yes && s.holds("lora.linked", "lora.merge", "lora.low_mem") {
		return basePrecision(s) // the low-memory way merges in 16 bit and leaves it at that
	}
	switch e.dtype {
	case "e4m3fn", "e5m2":
		switch {
		case e.scaled == Yes, wanted == "disabled", asked == e.dtype:
			return known(e.dtype, e.source)
		case e.scaled == Unsure:
			return unknown("scaled, the file stays " + e.dtype + "; unscaled, " + wanted + " counts; " + e.missing(""))
		}
	case "16bit":
		if wanted == "disabled" {
			return basePrecision(s)
		}
	case "other":
		return unknown("the loader's own rules for such files are not known")
	case "fp8":
		if asked != "e4m3fn" {
			return unknown(e.missing(" whether e4m3fn or e5m2"))
		}
	default:
		if asked != "e4m3fn" {
			return unknown(e.missing(""))
		}
	}
	if asked == "e4m3fn" || asked == "e5m2" {
		return known(asked, widget.Source)
	}
	return unknown("no known weights are meant by " + wanted)
}

func basePrecision(s *scene) Answer {
	a := s.ask("loader.base_precision")
	if text, ok := a.Value.(string); ok {
		return known(strings.TrimSuffix(text, "_fast"), a.Source)
	}
	return a
}

// weightsSize needs the header: a name tells no more than the kind of model.
func weightsSize(s *scene) Answer {
	e := s.modelFile()
	if e.header == nil || e.header.Bytes == 0 {
		return unknown(cmp.Or(e.missing(" how large it is"), "the header does not tell how large the file is"))
	}
	return known(gibibytes(e.header.Bytes), e.source)
}
