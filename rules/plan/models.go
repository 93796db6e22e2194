package plan

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"github.com/tidwall/gjson"
)

// table is a JSON array with one model a line: special models before those that they are made of,
// so that the first that a name fits is the right one. A line is found as text, and only it is
// decoded. To add a model, add a line; the fields are those of [Model].
//
//go:embed models.json
var table string

// Model is the shape of a diffusion model, or of a module that is added to one.
type Model struct {
	Name string `json:"name"`
	// Family is what [modelfile.Header.Family] calls it; several models may share one.
	Family string `json:"family"`
	// Module says that this is added to a model rather than one itself.
	Module bool `json:"module"`
	// Dim is the width, FFN that inside of the feed-forward layers; Heads divide Dim.
	Dim   int `json:"dim"`
	FFN   int `json:"ffn"`
	Heads int `json:"heads"`
	// Stride is how many pixels make one latent pixel a side: 8, or 16 for the 5B.
	Stride int `json:"stride"`

	// Blocks is how many there are, each of Block parameters; every Step-th, from the first on, has
	// StepBlock instead. Step 0 is none.
	Blocks    int    `json:"blocks"`
	Block     Params `json:"block"`
	Step      int    `json:"step"`
	StepBlock Params `json:"stepblock"`
	// VACE is how many VACE blocks there are: one of VACEFirst, the others of VACEBlock.
	VACE      int    `json:"vace"`
	VACEFirst Params `json:"vacefirst"`
	VACEBlock Params `json:"vaceblock"`
	// Outside is what block swap never moves.
	Outside Params `json:"outside"`

	// Times and Plus make tokens of latent frames: (Times·frames + Plus) · tokens a frame.
	// Times 0 is 1.
	Times float64 `json:"times"`
	Plus  int     `json:"plus"`
	// Rope is the function that the model uses whatever the workflow says; "" follows the workflow.
	Rope string `json:"rope"`
	// More is what its attention needs beyond the others', in activations of one token and Dim;
	// such a model gains nothing from compiling (MoCha, two logs).
	More float64 `json:"more"`
	// Short says that predictions have been 0.7 to 1.2 GiB below what was measured.
	Short bool `json:"short"`

	// Names are words that a file name must all have.
	Names []string `json:"names"`
}

// Params counts parameters by what the loader does with them.
type Params struct {
	Base   int64 `json:"base"`   // kept in base precision
	Norm   int64 `json:"norm"`   // norms and modulation: base precision, or fp32 if the file has that
	Linear int64 `json:"linear"` // quantized with the model
	V      int64 `json:"v"`      // *.v.weight, of which GGUF mixes keep more bits
	FFN2   int64 `json:"ffn2"`   // ffn.2.weight, likewise
	FP32   int64 `json:"fp32"`   // always fp32
}

// Count is the number of parameters.
func (p Params) Count() int64 { return p.Base + p.Norm + p.Linear + p.V + p.FFN2 + p.FP32 }

// quantizable is the part of the parameters that a quantized file is about.
func (p Params) quantizable() int64 { return p.Linear + p.V + p.FFN2 }

// block is the parameters of block i.
func (m Model) block(i int) Params {
	if m.Step > 0 && i%m.Step == 0 {
		return m.StepBlock
	}
	return m.Block
}

// vaceBlock is the parameters of VACE block i.
func (m Model) vaceBlock(i int) Params {
	if i == 0 {
		return m.VACEFirst
	}
	return m.VACEBlock
}

// Lookup finds a model by its name in the table, such as "wan2.2-i2v-14b".
func Lookup(name string) (Model, bool) {
	for line := range lines() {
		if gjson.Get(line, "name").Str == name {
			return decode(line), true
		}
	}
	return Model{}, false
}

// lines are those of the table that hold a model.
func lines() iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range strings.Lines(table) {
			line = strings.TrimRight(line, ",\n")
			if strings.HasPrefix(line, "{") && !yield(line) {
				return
			}
		}
	}
}

// decode reads a line, which the tests have read before.
func decode(line string) (m Model) {
	if err := json.Unmarshal([]byte(line), &m); err != nil {
		panic(fmt.Sprintf("rules/plan/models.json: %v in %q", err, line))
	}
	return m
}
