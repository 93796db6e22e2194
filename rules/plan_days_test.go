package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/detect/software"
	"github.com/wanfix/wanfix/rules"
)

// TestOldestWrapper asks what is concluded of the wrapper from the classes that a workflow uses.
func TestOldestWrapper(t *testing.T) {
	const (
		nodes = "1 WanVideoModelLoader model=Wan2_1-T2V-14B_fp8_e4m3fn_scaled.safetensors\n" +
			"9 WanVideoSampler model=#1 image_embeds=#8\n8 WanVideoEmptyEmbeds width=832 height=480 num_frames=81"
		override = "\n7 WanVideoSetAttentionModeOverride attention_mode=sdpa" // of 2025-12-29
		avatar   = "\n6 LongCatAvatarWhisperEmbeds num_frames=93"             // of 2026-05-23
	)
	for _, tt := range []struct {
		name, nodes, wrapper string
		eras                 bool   // whether its code is of several eras
		note                 string // what is said of it
	}{
		{"old classes", nodes, "", true, ""},
		{"a newer class", nodes + override, "", true, "of 2025-12-29 or later: #7 WanVideoSetAttentionModeOverride"},
		{"the newest counts", nodes + avatar + override, "", false, "of 2026-05-23 or later: #6 LongCatAvatarWhisperEmbeds"},
		{"a day that is known", nodes + avatar, "2025-10-01", false, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			card, err := gpu.Parse("3060")
			if err != nil {
				t.Fatal(err)
			}
			m := &detect.Machine{GPU: &card, Software: software.Versions{}}
			if tt.wrapper != "" {
				m.Software["wrapper"] = software.Fact{Value: tt.wrapper, Source: "test"}
			}
			p := rules.Builtin().Planner(rules.Look(parseAPI(t, graph(strings.Split(tt.nodes, "\n")...))).Stacks[0], m).For(&card)
			if p.Why != "" {
				t.Fatal(p.Why)
			}
			if got := slices.Contains(p.Forecast.Unknown, "the wrapper's day"); got != tt.eras {
				t.Errorf("the day is unknown: %t, of %q", got, p.Forecast.Notes)
			}
			said := strings.Join(p.Forecast.Notes, "\n")
			if !strings.Contains(said, tt.note) || tt.note == "" && strings.Contains(said, "the wrapper is taken") {
				t.Errorf("said %q, want %q", said, tt.note)
			}
		})
	}
}
