package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/detect/gpu"
)

// TestAbilities has a card of each class, and a line that begins with what each can.
func TestAbilities(t *testing.T) {
	const noTriton = "no: triton needs sm_70"
	for _, tt := range []struct {
		card string // as --gpu takes it
		can  map[string]string
	}{
		{"sm_52:12GiB", map[string]string{
			"bf16": "emulated: use fp32", "fp16": "slow: good to store", "fp8 products (_fast)": "no: fp8 only as storage",
			"torch.compile": noTriton, "torch.compile with e4m3fn": noTriton, "max-autotune": noTriton,
			"SageAttention 2": "no: no build has it below sm_75", "SageAttention 3": "no: it refuses sm_52", "FlashAttention 2": "no: it needs sm_80"}},
		{"P100 16GiB", map[string]string{
			"bf16": "emulated: use fp16", "fp16": "yes", "torch.compile": noTriton, "torch.compile with e4m3fn": noTriton}},
		{"GTX 1080", map[string]string{
			"bf16": "emulated: use fp32", "fp16": "slow: good to store", "torch.compile": noTriton, "torch.compile with e4m3fn": noTriton,
			"max-autotune": noTriton, "SageAttention 2": "no: no build has it below sm_75", "FlashAttention 2": "no: it needs sm_80"}},
		{"V100 32GiB", map[string]string{
			"bf16": "emulated: use fp16", "fp16": "yes", "torch.compile": "best with triton 3.2", "torch.compile with e4m3fn": "only with torch 2.13; e5m2 works",
			"max-autotune": "nothing to gain below sm_80", "SageAttention 2": "no: no build has it below sm_75"}},
		{"RTX 2080 Ti", map[string]string{
			"bf16": "emulated: use fp16", "fp16": "yes", "torch.compile": "best with triton 3.2", "torch.compile with e4m3fn": "only with torch 2.13 or triton-windows post21",
			"max-autotune": "nothing to gain below sm_80", "SageAttention 2": "not from its own builds", "FlashAttention 2": "no: it needs sm_80"}},
		{"GTX 1660 Ti", map[string]string{"bf16": "emulated: use fp32", "fp16": "broken on this chip: use fp32"}},
		{"GTX 1650 Ti", map[string]string{"bf16": "emulated: use fp32", "fp16": "broken on this chip: use fp32"}},
		{"T600", map[string]string{"fp16": "broken on this chip: use fp32"}},
		{"MX450", map[string]string{"fp16": "broken on this chip: use fp32"}},
		{"sm_75:6GiB", map[string]string{"bf16": "emulated: use fp32, or fp16 if", "fp16": "unknown: some chips of sm_75"}},
		{"A100 80GB", map[string]string{
			"bf16": "yes", "fp8 products (_fast)": "no", "torch.compile": "yes", "torch.compile with e4m3fn": "only with torch 2.13",
			"max-autotune": "yes", "SageAttention 2": "yes", "SageAttention 3": "no: it refuses sm_80", "FlashAttention 2": "yes"}},
		{"3090", map[string]string{
			"bf16": "yes", "fp16": "yes", "fp8 products (_fast)": "no", "torch.compile": "yes", "torch.compile with e4m3fn": "only with torch 2.13",
			"max-autotune": "yes", "SageAttention 2": "yes", "SageAttention 3": "no: it refuses sm_86", "FlashAttention 2": "yes"}},
		{"3060", map[string]string{"max-autotune": "nothing to gain: it needs 68 multiprocessors, this card has 28"}},
		{"sm_86:24GiB", map[string]string{"max-autotune": "unknown: the number of multiprocessors is not known"}},
		{"sm_87:32GiB", map[string]string{
			"torch.compile with e4m3fn": "only with", "SageAttention 2": "not from its own builds: other wheels", "SageAttention 3": "no", "FlashAttention 2": "yes"}},
		{"4070 Ti SUPER", map[string]string{"max-autotune": "nothing to gain: it needs 68 multiprocessors, this card has 66"}},
		{"4090", map[string]string{
			"fp8 products (_fast)": "yes", "torch.compile with e4m3fn": "yes", "max-autotune": "yes", "SageAttention 2": "yes", "SageAttention 3": "no"}},
		{"sm_90:80GiB", map[string]string{"fp8 products (_fast)": "yes", "SageAttention 2": "yes", "SageAttention 3": "no", "FlashAttention 2": "yes"}},
		{"B200", map[string]string{"SageAttention 2": "not from its own builds: other wheels", "SageAttention 3": "yes", "FlashAttention 2": "yes"}},
		{"sm_103:288GiB", map[string]string{"SageAttention 2": "not from any known build", "SageAttention 3": "no: it refuses sm_103", "FlashAttention 2": "yes"}},
		{"sm_110:128GiB", map[string]string{"SageAttention 2": "not from any known build", "SageAttention 3": "no: it refuses sm_110", "FlashAttention 2": "yes"}},
		{"5090", map[string]string{"max-autotune": "yes", "SageAttention 2": "yes", "SageAttention 3": "yes", "FlashAttention 2": "yes"}},
		{"GB10", map[string]string{"max-autotune": "nothing to gain: it needs 68 multiprocessors, this card has 48", "SageAttention 2": "yes", "SageAttention 3": "yes"}},
		{"sm_140:48GiB", map[string]string{
			"bf16": "yes", "fp16": "yes", "fp8 products (_fast)": "yes", "torch.compile": "yes", "torch.compile with e4m3fn": "yes",
			"max-autotune":    "unknown: the number of multiprocessors is not known",
			"SageAttention 2": "unknown: sm_140 is newer than wanfix", "SageAttention 3": "unknown: sm_140 is newer than wanfix", "FlashAttention 2": "unknown: sm_140 is newer than wanfix"}},
	} {
		card, err := gpu.Parse(tt.card)
		if err != nil {
			t.Fatal(err)
		}
		asked := 0
		for _, a := range abilities {
			want, ok := tt.can[a.name]
			if ok {
				asked++
			}
			if got := a.can(card); got == "" || !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s: got %q, want %q", tt.card, a.name, got, want)
			}
		}
		if asked != len(tt.can) {
			t.Errorf("%s: only %d of the %d abilities exist", tt.card, asked, len(tt.can))
		}
	}
	for _, sm := range []int{37, 95} { // only a driver says so
		want := map[int]string{37: "no: it needs sm_80", 95: "unknown: sm_95 is newer than wanfix"}[sm]
		if got := abilities[len(abilities)-1].can(gpu.GPU{SM: sm}); got != want {
			t.Errorf("sm_%d: got %q, want %q", sm, got, want)
		}
	}
}

// TestSageAgreesWithItsRule holds the words about SageAttention 2 to the rule, which is an error
// where no build runs and a warning where the build decides.
func TestSageAgreesWithItsRule(t *testing.T) {
	const workflow = `{"1": {"class_type": "WanVideoModelLoader", "inputs": {"model": "a_bf16.safetensors", "base_precision": "fp16",
		"quantization": "disabled", "load_device": "offload_device", "attention_mode": "sageattn"}}}`
	sage := abilities[slices.IndexFunc(abilities, func(a ability) bool { return a.name == "SageAttention 2" })]
	for _, sm := range []int{52, 61, 70, 75, 80, 86, 87, 89, 90, 100, 103, 110, 120, 121} {
		spec := fmt.Sprintf("sm_%d:16GiB", sm)
		card, err := gpu.Parse(spec)
		if err != nil {
			t.Fatal(err)
		}
		var out, told strings.Builder
		run([]string{"check", "-", "--gpu", spec, "--select", "sageattention-needs-newer-cards"},
			streams{in: strings.NewReader(workflow), out: &out, err: &told})
		text := sage.can(card)
		refused, doubted := strings.Contains(out.String(), "  error  "), strings.Contains(out.String(), "  warning  ")
		if refused != strings.HasPrefix(text, "no: ") || doubted && !strings.HasPrefix(text, "not from its own builds") {
			t.Errorf("sm_%d: %q, and the rule says\n%s%s", sm, text, out.String(), told.String())
		}
		if sm == 75 && !doubted {
			t.Errorf("the rule is silent about sm_75:\n%s%s", out.String(), told.String())
		}
	}
}
