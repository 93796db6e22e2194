package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/rules"
)

// TestNeeds tells of each rule once under what to say for it.
func TestNeeds(t *testing.T) {
	for _, tt := range []struct {
		name string
		gaps map[string]rules.Gap
		want []string
	}{
		{"nothing", nil, nil},
		{"rules that only inform", map[string]rules.Gap{"os": {Infos: []string{"a"}, Why: "x: say --assume os=…"}}, nil},
		{"versions", map[string]rules.Gap{
			"software.triton":  {Rules: []string{"a", "b"}, Why: "x: say --assume triton=…"},
			"software.wrapper": {Rules: []string{"b", "c"}, Why: "x: say --assume wrapper=…, the day it was last updated"},
			"e4m3fn.compiles":  {Rules: []string{"a"}, Why: "x: say --assume triton=…"},
		}, []string{"3 rules need more: say --assume triton=…,wrapper=…"}},
		{"what helps comes first", map[string]rules.Gap{
			"sampler.steps":  {Rules: []string{"a"}, Why: "#1 computes it"},
			"loader.file":    {Rules: []string{"b"}, Why: "#2 computes it"},
			"weights.scaled": {Rules: []string{"c"}, Why: "x: say --comfy or --models"},
			"gpu.sm":         {Rules: []string{"c"}, Why: "x: say --gpu"},
		}, []string{"1 rule needs more: say --gpu", "1 rule needs more: say --comfy or --models", "2 rules need what is not known: -v says what"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, n := range needsOf(tt.gaps) {
				got = append(got, n.String())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
