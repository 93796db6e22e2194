package plan

import "strings"

// Dtype is how the weights of a model are stored once it is loaded: "fp32", "fp16", "bf16",
// "e4m3fn", "e5m2", the fp8 two with "_scaled", or a kind of GGUF such as "Q4_K_M".
type Dtype string

// GGUF reports whether it is a kind of GGUF.
func (d Dtype) GGUF() bool { return len(d) > 0 && d[0] == 'Q' }

// Scaled reports whether it is fp8 with scales.
func (d Dtype) Scaled() bool { return strings.HasSuffix(string(d), "_scaled") }

// fp8 reports whether it is fp8 of any sort.
func (d Dtype) fp8() bool {
	return strings.HasPrefix(string(d), "e4m3fn") || strings.HasPrefix(string(d), "e5m2")
}

// mix is bits per weight of a kind: most linears, *.v.weight, and ffn.2.weight.
type mix struct{ linear, v, ffn2 float64 }

// Bits per weight of what GGUF mixes are made of.
const (
	q2k, q3k, q4k, q5k, q6k = 2.625, 3.4375, 4.5, 5.5, 6.5625
	q40, q41, q50, q51, q80 = 4.5, 5, 5.5, 6, 8.5
)

// mixes are bits per weight by kind. The GGUF ones are those of city96's converter for Wan; Q5_K_M
// has been seen in two logs.
var mixes = map[Dtype]mix{
	"fp32": {32, 32, 32}, "fp16": {16, 16, 16}, "bf16": {16, 16, 16},
	"e4m3fn": {8, 8, 8}, "e5m2": {8, 8, 8}, "e4m3fn_scaled": {8, 8, 8}, "e5m2_scaled": {8, 8, 8},
	"Q8_0": {q80, q80, q80}, "Q6_K": {q6k, q6k, q6k},
	"Q5_K_M": {q5k, q6k, q6k}, "Q5_K_S": {q5k, q5k, q5k}, "Q5_1": {q51, q51, q51}, "Q5_0": {q50, q50, q51},
	"Q4_K_M": {q4k, q6k, q6k}, "Q4_K_S": {q4k, q4k, q5k}, "Q4_1": {q41, q41, q41}, "Q4_0": {q40, q40, q41},
	"Q3_K_M": {q3k, q4k, q4k}, "Q3_K_S": {q3k, q3k, q3k}, "Q2_K": {q2k, q3k, q2k},
}

// GGUFKind reads the kind of GGUF from a file name: "…-Q4_K_M.gguf" and "…q4ks.gguf" alike. "Q8" is
// taken for Q8_0 and "Q4_K" for Q4_K_M. "" is none.
func GGUFKind(file string) Dtype {
	name := strings.ToUpper(strings.ReplaceAll(strings.ReplaceAll(file, "_", ""), "-", ""))
	var found Dtype
	longest := 0
	for kind := range mixes {
		plain := strings.ReplaceAll(string(kind), "_", "")
		for _, short := range []string{plain, strings.TrimSuffix(plain, "M"), strings.TrimSuffix(plain, "0")} {
			if kind.GGUF() && len(short) > 1 && strings.Contains(name, short) && (len(short) > longest || len(short) == longest && kind < found) {
				found, longest = kind, len(short)
			}
		}
	}
	return found
}

// bits is what parameters take as a dtype, in bits, with norms and modulation at so many bits.
func (p Params) bits(d Dtype, norm int64) float64 {
	m := mixes[d]
	base := int64(16)
	if d == "fp32" {
		base, norm = 32, 32
	}
	return float64(p.Base*base+p.Norm*norm+p.FP32*32) +
		float64(p.Linear)*m.linear + float64(p.V)*m.v + float64(p.FFN2)*m.ffn2
}
