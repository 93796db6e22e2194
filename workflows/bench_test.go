package workflows_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

// bulk writes a workflow of about 50 KB as the editor exports it, indented by two
// spaces: chains of settings, loader and sampler, with notes beside them.
func bulk(b *testing.B) []byte {
	b.Helper()
	var list, table []string
	looks := `"pos":[-120.5,340.25],"size":[315,270],"flags":{},"order":0,"mode":0,"color":"#332922"`
	for id := 10; id <= 140; id += 10 {
		toSwap, toLoader, toSampler := id+1, id+2, id+3
		list = append(list,
			node(id, "INTConstant", looks, out(fmt.Sprintf("INT %d", toSwap)), values("20")),
			node(id+1, wanSwap, looks, in(fmt.Sprintf("blocks_to_swap INT %d widget", toSwap)), out(fmt.Sprintf("BLOCKSWAPARGS %d", toLoader)), values("20,true,false,true,0,1,false")),
			node(id+2, wanLoader, looks, in("compile_args WANCOMPILEARGS -", fmt.Sprintf("block_swap_args BLOCKSWAPARGS %d", toLoader)),
				out(fmt.Sprintf("WANVIDEOMODEL %d", toSampler)), values(`"some_model_fp8_e4m3fn.safetensors","bf16","disabled","offload_device","sdpa","default"`)),
			node(id+3, "WanVideoSampler", looks, in(fmt.Sprintf("model WANVIDEOMODEL %d", toSampler), "image_embeds WANVIDIMAGE_EMBEDS -", "text_embeds WANVIDEOTEXTEMBEDS -"),
				out("LATENT -"), values(`30,6,5,1057359483639287,"fixed",true,"unipc",0,1,false,"comfy"`)),
			node(id+4, "Note", looks, values(`"some words about the nodes beside, as people leave them in their workflows"`)))
		table = append(table, link(toSwap, fmt.Sprint(id, ":0"), fmt.Sprint(id+1, ":0"), "INT"),
			link(toLoader, fmt.Sprint(id+1, ":0"), fmt.Sprint(id+2, ":1"), "BLOCKSWAPARGS"),
			link(toSampler, fmt.Sprint(id+2, ":0"), fmt.Sprint(id+3, ":0"), "WANVIDEOMODEL"))
	}
	var text bytes.Buffer
	if err := json.Indent(&text, []byte(ui(nodes(list...), links(table...))), "", "  "); err != nil {
		b.Fatal(err)
	}
	return text.Bytes()
}

// BenchmarkValid is the measure for BenchmarkParse: what it costs to look at
// every byte once.
func BenchmarkValid(b *testing.B) {
	text := bulk(b)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if !json.Valid(text) {
			b.Fatal("no JSON")
		}
	}
}

// BenchmarkParse also takes turns with json.Valid on the same bytes, so that the
// ratio does not hang on how busy the machine is.
func BenchmarkParse(b *testing.B) {
	text := bulk(b)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	var valid, parsed time.Duration
	for b.Loop() {
		b.StopTimer()
		start := time.Now()
		json.Valid(text)
		valid += time.Since(start)
		b.StartTimer()

		start = time.Now()
		if _, err := workflows.Parse(text, rules.BuiltinNodes()); err != nil {
			b.Fatal(err)
		}
		parsed += time.Since(start)
	}
	b.ReportMetric(parsed.Seconds()/valid.Seconds(), "x-json.Valid")
}

// BenchmarkAsk is what a reader pays besides: every value and wire of every run.
func BenchmarkAsk(b *testing.B) {
	text := bulk(b)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer() // a file remembers what it was asked
		file, err := workflows.Parse(text, rules.BuiltinNodes())
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		for _, r := range file.Parts[0].Runs {
			for _, in := range r.Home.Inputs() {
				r.Wire(in.Name)
			}
			if r.Home.Signature == nil {
				continue
			}
			for _, in := range r.Home.Signature.Inputs() {
				r.Value(in.Name)
			}
		}
	}
}
