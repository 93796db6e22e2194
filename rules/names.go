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
