package rules

import (
	"regexp"
	"strings"
	"sync"
)

// What a model file's name proves. A name proves that something is there, never
// that it is not: a file without "scaled" in its name may well be scaled.
type nameHints struct {
	gguf   bool
	dtype  string // "e4m3fn", "e5m2", "fp8" (one of the two), "16bit", "other", "" (says nothing)
	scaled bool
}

// wholeInt finds int4 and int8, but not in "inpaint480p".
var wholeInt = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?:^|[^a-z])int[48](?:[^0-9]|$)`) })

// hintsOf reads the name of a model file, with either slash in its path.
func hintsOf(file string) nameHints {
	name := strings.ToLower(file[strings.LastIndexAny(file, `/\`)+1:])
	h := nameHints{
		gguf:   strings.HasSuffix(name, ".gguf"),
		scaled: strings.Contains(name, "_scaled"),
	}
	has := func(words ...string) bool {
		for _, word := range words {
			if strings.Contains(name, word) {
				return true
			}
		}
		return false
	}
	e4, e5 := has("e4m3fn"), has("e5m2")
	switch {
	case e4 && !e5:
		h.dtype = "e4m3fn"
	case e5 && !e4:
		h.dtype = "e5m2"
	case has("nvfp4", "mxfp8", "fp4") || strings.Contains(name, "int") && wholeInt().MatchString(name):
		h.dtype = "other"
	case has("fp8", "float8"):
		h.dtype = "fp8"
	case has("bf16", "fp16", "fp32", "float16", "float32"):
		h.dtype = "16bit"
	}
	return h
}

const byName = "the file's name"

func loaderHints(s *scene) (nameHints, Answer) {
	file := s.ask("loader.file")
	name, ok := file.Value.(string)
	if !ok {
		return nameHints{}, file
	}
	return hintsOf(name), file
}

func weightsContainer(s *scene) Answer {
	hints, file := loaderHints(s)
	name, ok := file.Value.(string)
	switch {
	case !ok:
		return unknown(file.Why)
	case hints.gguf:
		return known("gguf", byName)
	case strings.HasSuffix(strings.ToLower(name), ".safetensors"):
		return known("safetensors", byName)
	}
	return unknown("the name does not tell what kind of file " + name + " is")
}

func weightsFile(s *scene) Answer {
	hints, file := loaderHints(s)
	switch {
	case !file.Known():
		return unknown(file.Why)
	case hints.gguf:
		return known("gguf", byName)
	case hints.dtype == "":
		return unknown("the file has not been read, and its name does not tell")
	}
	return known(hints.dtype, byName)
}

func weightsScaled(s *scene) Answer {
	hints, file := loaderHints(s)
	switch {
	case !file.Known():
		return unknown(file.Why)
	case hints.gguf:
		return known(false, byName)
	case hints.scaled:
		return known(true, byName)
	}
	return unknown("the file has not been read, and its name does not say that it is scaled")
}

// weightsDtype works out what the main weights are once the loader is done:
// a scaled or GGUF file decides itself unless a LoRA is merged into it the
// low-memory way, an unscaled fp8 file is cast to the
// widget's fp8, and a 16-bit file follows the widget.
func weightsDtype(s *scene) Answer {
	hints, file := loaderHints(s)
	if !file.Known() {
		return unknown(file.Why)
	}
	if hints.gguf {
		return known("gguf", byName)
	}
	widget := s.ask("loader.quantization")
	wanted, ok := widget.Value.(string)
	if !ok {
		return unknown(widget.Why)
	}
	asked := hintsOf(wanted).dtype // the widget's values are spelled like file names
	if hints.scaled && s.holds("lora.linked", "lora.merge", "lora.low_mem") {
		return basePrecision(s) // the low-memory way merges in 16 bit and leaves it at that
	}
	switch hints.dtype {
	case "e4m3fn", "e5m2":
		if hints.scaled || wanted == "disabled" || asked == hints.dtype {
			return known(hints.dtype, byName)
		}
		return unknown("scaled, the file stays " + hints.dtype + "; unscaled, " + wanted + " counts; its name does not tell")
	case "16bit":
		if wanted == "disabled" {
			return basePrecision(s)
		}
	case "other":
		return unknown("the loader's own rules for such files are not known")
	case "fp8":
		if asked != "e4m3fn" {
			return unknown("the file's name says fp8, but not whether e4m3fn or e5m2")
		}
	default:
		if asked != "e4m3fn" {
			return unknown("the file has not been read, and its name does not tell")
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
