package rules_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/tidwall/jsonc"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/detect/modelfile"

	"github.com/wanfix/wanfix/rules"
)

// prompt is an API prompt: nodes by id.
type prompt map[string]any

func (p prompt) class(id string) string {
	node, _ := p[id].(map[string]any)
	class, _ := node["class_type"].(string)
	return class
}

func (p prompt) inputs(id string) map[string]any {
	node, _ := p[id].(map[string]any)
	inputs, _ := node["inputs"].(map[string]any)
	return inputs
}

// given is what an example says of the world: a card, "none" or "" for none, and
// facts; and whether changes of the picture are asked for.
type given struct {
	gpu    string
	facts  map[string]any
	unsafe bool
	files  modelFiles
}

// modelFiles are the model files of an example, with what their headers say in words:
// "e4m3fn scaled", "e5m2", "bf16", "gguf". Scaled files have the marker and the older
// kind of scales unless the words say "no marker" or "comfy scales". "14B" makes a whole
// text-to-video model of it, which the planner can size; "module", "lora" and "vae" say
// what else it is, "nvfp4", "int8", "IQ4_XS" and "Q4_K" what is in it.
type modelFiles map[string]string

func (files modelFiles) Header(_, name string) (*modelfile.Header, string, error) {
	words, ok := files[name]
	if !ok {
		return nil, "", fmt.Errorf("%s is not in the models folder", name)
	}
	dtype, _, _ := strings.Cut(words, " ")
	h := &modelfile.Header{Format: modelfile.Safetensors, Weights: dtype, Scaled: strings.Contains(words, "scale")}
	h.HasWeightScale = strings.Contains(words, "comfy scales")
	h.HasScaleWeight = h.Scaled && !h.HasWeightScale
	h.Marker = h.HasScaleWeight && !strings.Contains(words, "no marker")
	if dtype == "gguf" {
		h.Format = modelfile.GGUF
	}
	if strings.Contains(words, "14B") {
		whole(h)
	}
	for _, word := range strings.Fields(words) {
		switch word {
		case "module", "lora", "vae":
			h.Kind = modelfile.Kind(word)
		case "nvfp4", "int8":
			h.Quants = append(h.Quants, word)
		case "IQ4_XS", "Q4_K":
			h.Dtypes = map[string]modelfile.Tally{"F32": {Tensors: 1}, word: {Tensors: 1}}
		}
	}
	return h, "header of " + name, nil
}

// whole gives a header the blocks of a 14B text-to-video model.
func whole(h *modelfile.Header) {
	bytes, dtype := int64(351_394_304), "F8_E4M3"
	if h.Weights == "bf16" {
		bytes, dtype = 2*bytes, "BF16"
	}
	h.Kind, h.Family, h.Dim, h.FFN, h.InChannels = modelfile.Diffusion, "t2v", 5120, 13824, 16
	h.Outside = 460 << 20
	for range 40 {
		h.Blocks = append(h.Blocks, bytes)
	}
	h.Linears = map[string]modelfile.Tally{dtype: {Tensors: 400, Bytes: 40 * bytes}}
	h.Bytes = h.Outside + 40*bytes
}

// machine reads the card.
func (g given) machine() (*detect.Machine, error) {
	m := &detect.Machine{}
	if g.files != nil {
		m.Models = g.files
	}
	if g.gpu == "" || g.gpu == "none" {
		return m, nil
	}
	card, err := gpu.Parse(g.gpu)
	if err != nil {
		return nil, err
	}
	m.GPU, m.Source = &card, "--gpu "+g.gpu
	return m, nil
}

// example is one workflow of a rule page and what the page says of it.
type example struct {
	given  given
	prompt prompt
	patch  map[string]any // what the rule changes; nil where the page does not tell
	// verdict is the severity of the rule's finding, or "silent".
	verdict string
	line    int
}

// readExample reads the block of an example.
func readExample(block string) (example, error) {
	e := example{given: given{facts: map[string]any{}}}
	if err := readJSONC(block, &e.prompt); err != nil {
		return e, err
	}
	world, _ := e.prompt["given"].(map[string]any)
	delete(e.prompt, "given")
	for key, value := range world {
		if key == "gpu" {
			e.given.gpu = fmt.Sprint(value)
			continue
		}
		if key == "files" {
			e.given.files = modelFiles{}
			for name, words := range value.(map[string]any) {
				e.given.files[name] = fmt.Sprint(words)
			}
			continue
		}
		if key == "unsafe" {
			e.given.unsafe = value == true
			continue
		}
		e.given.facts[key] = value
	}
	return e, nil
}

// vary returns the example with the changes of a table row's first cell, such as
// "gpu = RTX 4090, 1.quantization = disabled, software.wrapper = none".
func (e example) vary(cell string) (example, error) {
	v := example{given: given{e.given.gpu, deepCopy(e.given.facts), e.given.unsafe, maps.Clone(e.given.files)}, prompt: deepCopy(e.prompt)}
	for one := range strings.SplitSeq(strings.Trim(cell, "`"), ",") {
		key, text, found := strings.Cut(strings.TrimSpace(one), " = ")
		if !found {
			return v, fmt.Errorf("%q: want key = value", one)
		}
		id, input, _ := strings.Cut(key, ".")
		switch inputs := v.prompt.inputs(id); {
		case key == "gpu":
			v.given.gpu = text
		case e.given.files[key] != "":
			v.given.files[key] = text
		case inputs != nil && text == "none":
			if _, written := inputs[input]; !written {
				return v, fmt.Errorf("%q: the input is not there to be taken away", one)
			}
			delete(inputs, input)
		case inputs != nil:
			inputs[input] = literal(text)
		case text == "none":
			v.given.facts[key] = nil
		default:
			v.given.facts[key] = literal(text)
			if fact, ok := rules.Builtin().Fact(key); ok && fact.Type == rules.Version {
				v.given.facts[key] = text // 2.10 is no number
			}
		}
	}
	return v, nil
}

// literal reads a number, true or false; everything else is text.
func literal(text string) any {
	var value any
	if err := json.Unmarshal([]byte(text), &value); err == nil {
		switch value.(type) {
		case float64, bool:
			return value
		}
	}
	return text
}

// merge applies a JSON merge patch (RFC 7396) to an object.
func merge(object, patch map[string]any) {
	for key, value := range patch {
		inner, isObject := value.(map[string]any)
		old, wasObject := object[key].(map[string]any)
		switch {
		case value == nil:
			delete(object, key)
		case isObject && wasObject:
			merge(old, inner)
		default:
			object[key] = value
		}
	}
}

func readJSONC(text string, into any) error {
	return json.Unmarshal(jsonc.ToJSON([]byte(text)), into)
}

// deepCopy copies what JSON can hold.
func deepCopy[T any](value T) (same T) {
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &same)
	}
	if err != nil {
		panic(err)
	}
	return same
}
