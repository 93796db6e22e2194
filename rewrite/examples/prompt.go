package examples

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/tidwall/jsonc"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/detect/modelfile"
	"github.com/wanfix/wanfix/rules"
)

// Prompt is an API prompt: nodes by id.
type Prompt map[string]any

func (p Prompt) class(id string) string {
	node, _ := p[id].(map[string]any)
	class, _ := node["class_type"].(string)
	return class
}

// Inputs returns the inputs of a node, nil where there is none.
func (p Prompt) Inputs(id string) map[string]any {
	node, _ := p[id].(map[string]any)
	inputs, _ := node["inputs"].(map[string]any)
	return inputs
}

// Given is what an example says of the world: a card, "none" or "" for none, model files,
// and facts; and whether changes of the picture are asked for.
type Given struct {
	GPU    string
	Facts  map[string]any
	Unsafe bool
	Files  ModelFiles
}

// ModelFiles are the model files of an example, with what their headers say in words:
// "e4m3fn scaled", "e5m2", "bf16", "gguf". Scaled files have the marker and the older
// kind of scales unless the words say "no marker" or "comfy scales". "14B" makes a whole
// text-to-video model of it, which the planner can size; "module", "lora", "vae", "t5" and
// "clip" say what else it is, "nvfp4", "int8", "IQ4_XS", "Q4_K", "16bit" and "VACE" what is
// in it, "in=36" how many channels the model is fed, and "family=umt5-xxl" its family.
type ModelFiles map[string]string

// Header answers as a folder of models would.
func (files ModelFiles) Header(_, name string) (*modelfile.Header, string, error) {
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
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "module", "lora", "vae", "t5", "clip":
			h.Kind = modelfile.Kind(word)
		case "16bit":
			h.Has16BitLinears = true
		case "VACE":
			h.VACEBlocks = []int64{1 << 28}
		case "in":
			n, err := strconv.Atoi(value)
			if err != nil {
				return nil, "", fmt.Errorf("%s: %q: a number of channels is wanted", name, word)
			}
			h.InChannels = n
		case "family":
			h.Family = value
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
func (g Given) machine() (*detect.Machine, error) {
	m := &detect.Machine{}
	if g.Files != nil {
		m.Models = g.Files
	}
	if g.GPU == "" || g.GPU == "none" {
		return m, nil
	}
	card, err := gpu.Parse(g.GPU)
	if err != nil {
		return nil, err
	}
	m.GPU, m.Source = &card, "--gpu "+g.GPU
	return m, nil
}

// Example is one workflow of a rule page and what the page says of it.
type Example struct {
	Given  Given
	Prompt Prompt
	Patch  map[string]any // what the rule changes; nil where the page does not tell
	// Verdict is the severity of the rule's finding, with its fixes where the page tells
	// them, or Silent or NotJudged.
	Verdict string
	Line    int // of the page
	// APIOnly says that there is no such workflow in the editor's form.
	APIOnly bool
}

// readExample reads the block of an example.
func readExample(set *rules.Set, block string) (Example, error) {
	e := Example{Given: Given{Facts: map[string]any{}}}
	if err := readJSONC(block, &e.Prompt); err != nil {
		return e, err
	}
	world, isObject := e.Prompt["given"].(map[string]any)
	if !isObject && e.Prompt["given"] != nil {
		return e, errors.New("given: an object is wanted")
	}
	delete(e.Prompt, "given")
	for key, value := range world {
		text, isText := value.(string)
		switch key {
		case "gpu":
			if e.Given.GPU = text; !isText {
				return e, errors.New("given: gpu: the name of a card is wanted")
			}
		case "files":
			files, _ := value.(map[string]any)
			e.Given.Files = ModelFiles{}
			for name, words := range files {
				if e.Given.Files[name], isText = words.(string); !isText {
					return e, fmt.Errorf("given: files: %s: words such as \"e4m3fn scaled\" are wanted", name)
				}
			}
		case "unsafe":
			e.Given.Unsafe = value == true
		default:
			if err := checkFact(set, key, value); err != nil {
				return e, fmt.Errorf("given: %w", err)
			}
			e.Given.Facts[key] = value
		}
	}
	return e, nil
}

// checkFact refuses to assume what no rule could ask for.
func checkFact(set *rules.Set, name string, value any) error {
	fact, ok := set.Fact(name)
	if !ok {
		return fmt.Errorf("there is no fact %q", name)
	}
	if !fact.Type.Holds(value) {
		return fmt.Errorf("%s is of type %s, and %v is not", name, fact.Type, value)
	}
	return nil
}

// vary returns the example with the changes of a table row's first cell, such as
// "gpu = RTX 4090, 1.quantization = disabled, software.wrapper = none".
func (e Example) vary(set *rules.Set, cell string) (Example, error) {
	v := Example{Given: Given{e.Given.GPU, maps.Clone(e.Given.Facts), e.Given.Unsafe, maps.Clone(e.Given.Files)}, Prompt: deepCopy(e.Prompt), APIOnly: e.APIOnly}
	for one := range strings.SplitSeq(strings.Trim(cell, "`"), ",") {
		key, text, found := strings.Cut(strings.TrimSpace(one), " = ")
		if !found {
			return v, fmt.Errorf("%q: want key = value", one)
		}
		id, input, _ := strings.Cut(key, ".")
		switch inputs := v.Prompt.Inputs(id); {
		case key == "gpu":
			v.Given.GPU = text
		case e.Given.Files[key] != "":
			v.Given.Files[key] = text
		case inputs != nil && text == "none":
			if _, written := inputs[input]; !written {
				return v, fmt.Errorf("%q: the input is not there to be taken away", one)
			}
			delete(inputs, input)
		case inputs != nil:
			inputs[input] = Literal(text)
		case text == "none":
			v.Given.Facts[key] = nil
		default:
			v.Given.Facts[key] = Literal(text)
			if fact, ok := set.Fact(key); ok && fact.Type == rules.Version {
				v.Given.Facts[key] = text // 2.10 is no number
			}
			if err := checkFact(set, key, v.Given.Facts[key]); err != nil {
				return v, err
			}
		}
	}
	return v, nil
}

// Literal reads what a row of a table sets: a number, true or false; everything else is text.
func Literal(text string) any {
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
