package plan

import (
	_ "embed"
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
	Name string
	// Family is what [modelfile.Header.Family] calls it; several models may share one.
	Family string
	// Module says that this is added to a model rather than one itself.
	Module bool
	// Dim is the width, FFN that inside of the feed-forward layers; Heads divide Dim.
	Dim   int
	FFN   int
	Heads int
	// Stride is how many pixels make one latent pixel a side: 8, or 16 for the 5B.
	Stride int

	// Blocks is how many there are, each of Block parameters; every Step-th, from the first on, has
	// StepBlock instead. Step 0 is none.
	Blocks    int
	Block     Params
	Step      int
	StepBlock Params
	// VACE is how many VACE blocks there are: one of VACEFirst, the others of VACEBlock.
	VACE      int
	VACEFirst Params
	VACEBlock Params
	// Outside is what block swap never moves.
	Outside Params

	// Times and Plus make tokens of latent frames: (Times·frames + Plus) · tokens a frame.
	// Times 0 is 1.
	Times float64
	Plus  int
	// Rope is the function that the model uses whatever the workflow says; "" follows the workflow.
	Rope string
	// More is what its attention needs beyond the others', in activations of one token and Dim;
	// such a model gains nothing from compiling (MoCha, two logs).
	More float64
	// Short says that predictions have been 0.7 to 1.2 GiB below what was measured.
	Short bool

	// Names are words that a file name must all have.
	Names []string
}

// Params counts parameters by what the loader does with them.
type Params struct {
	Base   int64 // kept in base precision
	Norm   int64 // norms and modulation: base precision, or fp32 if the file has that
	Linear int64 // quantized with the model
	V      int64 // *.v.weight, of which GGUF mixes keep more bits
	FFN2   int64 // ffn.2.weight, likewise
	FP32   int64 // always fp32
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

// decode reads a line, which the tests have read before, without reflection: that would take longer
// than to choose.
func decode(line string) (m Model) {
	gjson.Parse(line).ForEach(func(key, v gjson.Result) bool {
		switch key.Str {
		case "name":
			m.Name = v.Str
		case "family":
			m.Family = v.Str
		case "module":
			m.Module = v.Bool()
		case "dim":
			m.Dim = int(v.Num)
		case "ffn":
			m.FFN = int(v.Num)
		case "heads":
			m.Heads = int(v.Num)
		case "stride":
			m.Stride = int(v.Num)
		case "blocks":
			m.Blocks = int(v.Num)
		case "block":
			m.Block = decodeParams(v)
		case "step":
			m.Step = int(v.Num)
		case "stepblock":
			m.StepBlock = decodeParams(v)
		case "vace":
			m.VACE = int(v.Num)
		case "vacefirst":
			m.VACEFirst = decodeParams(v)
		case "vaceblock":
			m.VACEBlock = decodeParams(v)
		case "outside":
			m.Outside = decodeParams(v)
		case "times":
			m.Times = v.Num
		case "plus":
			m.Plus = int(v.Num)
		case "rope":
			m.Rope = v.Str
		case "more":
			m.More = v.Num
		case "short":
			m.Short = v.Bool()
		case "names":
			for _, name := range v.Array() {
				m.Names = append(m.Names, name.Str)
			}
		}
		return true
	})
	return m
}

func decodeParams(v gjson.Result) (p Params) {
	v.ForEach(func(key, v gjson.Result) bool {
		switch key.Str {
		case "base":
			p.Base = v.Int()
		case "norm":
			p.Norm = v.Int()
		case "linear":
			p.Linear = v.Int()
		case "v":
			p.V = v.Int()
		case "ffn2":
			p.FFN2 = v.Int()
		case "fp32":
			p.FP32 = v.Int()
		}
		return true
	})
	return p
}
