package rewrite

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/wanfix/wanfix/rules"
)

// bulk returns a workflow of about the given size: the pair, and samplers and notes
// beside it as real files have them.
func bulk(size int) []byte {
	var nodes strings.Builder
	for id := 10; nodes.Len() < size; id++ {
		fmt.Fprintf(&nodes, `
    {"id": %d, "type": "WanVideoSampler", "pos": [%d.5, -669.25], "size": [315, 870], "flags": {}, "order": %d, "mode": 0,
      "inputs": [
        {"localized_name": "model", "name": "model", "type": "WANVIDEOMODEL", "link": null},
        {"localized_name": "image_embeds", "name": "image_embeds", "type": "WANVIDIMAGE_EMBEDS", "link": null},
        {"localized_name": "steps", "name": "steps", "type": "INT", "widget": {"name": "steps"}, "link": null}
      ],
      "outputs": [{"localized_name": "samples", "name": "samples", "type": "LATENT", "slot_index": 0, "links": null}],
      "properties": {"cnr_id": "ComfyUI-WanVideoWrapper", "ver": "d9b1f4d1a5aea91d101ae97a54714a5861af3f50", "Node name for S&R": "WanVideoSampler"},
      "widgets_values": [30, 6.0, 5.0, 1057359483639287, "fixed", true, "unipc", 0, 1, false, "comfy"]},
    {"id": %d, "type": "Note", "pos": [0, 0], "mode": 0, "widgets_values": ["some words about the node beside, as people leave them"]},`, 2*id, id, id, 2*id+1)
	}
	return []byte(strings.Replace(pairWith("", ""), `"nodes": [`, `"nodes": [`+nodes.String(), 1))
}

// BenchmarkTune puts Tune beside json.Valid on the same bytes, turn by turn, so
// that the ratio does not hang on how busy the machine is.
func BenchmarkTune(b *testing.B) {
	for _, size := range []int{50_000, 200_000} {
		for _, work := range []struct{ name, card string }{{"nothing changes", "4090"}, {"two loaders change", "3090"}} {
			b.Run(fmt.Sprintf("%d KB, %s", size/1000, work.name), func(b *testing.B) {
				text := bulk(size)
				m := machine(b, work.card)
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				var valid, tuned time.Duration
				for b.Loop() {
					start := time.Now()
					if !json.Valid(text) {
						b.Fatal("no JSON")
					}
					middle := time.Now()
					if _, err := Tune(text, m, rules.Builtin(), rules.Options{}); err != nil {
						b.Fatal(err)
					}
					valid += middle.Sub(start)
					tuned += time.Since(middle)
				}
				b.ReportMetric(tuned.Seconds()/valid.Seconds(), "x-json.Valid")
			})
		}
	}
}
