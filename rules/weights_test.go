package rules_test

import (
	"fmt"
	"testing"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/modelfile"
	"github.com/wanfix/wanfix/rules"
)

// asker answers facts about the first stack of a workflow, without a machine.
func asker(t testing.TB, p prompt) func(string) rules.Answer {
	t.Helper()
	return rules.Builtin().Asker(rules.Look(parseAPI(t, p)).Stacks[0], noMachine)
}

// loaderOf is a loader with a file, whose name may hold blanks, and settings.
func loaderOf(file, settings string, more ...string) prompt {
	p := graph(append([]string{"1 WanVideoModelLoader " + settings}, more...)...)
	p.Inputs("1")["model"] = file
	return p
}

// TestFileNames asks what the name of a file proves: "?" is nothing.
func TestFileNames(t *testing.T) {
	tests := []struct{ file, container, holds, scaled string }{
		{"Wan2_1-T2V-14B_bf16.safetensors", "safetensors", "16bit", "?"},
		{"wan2.1_i2v_480p_14B_fp16.safetensors", "safetensors", "16bit", "?"},
		{"Wan2_1-T2V-1_3B_FP32.safetensors", "safetensors", "16bit", "?"},
		{"Wan2_1-I2V-14B-480P_fp8_e4m3fn.safetensors", "safetensors", "e4m3fn", "?"},
		{"Wan2_1-I2V-14B-480P_fp8_e5m2.safetensors", "safetensors", "e5m2", "?"},
		{"Wan2_2-I2V-A14B-HIGH_fp8_e4m3fn_scaled_KJ.safetensors", "safetensors", "e4m3fn", "true"},
		{"T2V/Wan2_2-T2V-A14B-LOW_fp8_e5m2_scaled_KJ.safetensors", "safetensors", "e5m2", "true"},
		{"Wan22Animate/Wan2_2-Animate-14B_fp8_scaled_e4m3fn_KJ_v2.safetensors", "safetensors", "e4m3fn", "true"},
		{"wan2.2_t2v_high_noise_14B_fp8_scaled.safetensors", "safetensors", "fp8", "true"},
		{"wan2.2_ti2v_fp8.safetensors", "safetensors", "fp8", "?"},
		{`WanVideo\fp8\my finetune v3.safetensors`, "safetensors", "?", "?"},
		{`WanVideo\2_2\WAN2_2-I2V-HIGH_FP8_E4M3FN_SCALED_KJ.SAFETENSORS`, "safetensors", "e4m3fn", "true"},
		{"e5m2_scaled/wan_best_of_both.safetensors", "safetensors", "?", "?"},
		{"wan-e4m3fn-and-e5m2-merge_fp8.safetensors", "safetensors", "fp8", "?"},
		{"wan2.1-i2v-14b-480p-Q8_0.gguf", "gguf", "gguf", "false"},
		{`gguf\Wan2.1-T2V-14B-BF16.GGUF`, "gguf", "gguf", "false"},
		{"wan_fp8_scaled_from.gguf", "gguf", "gguf", "false"},
		{"wan2.1.gguf.safetensors", "safetensors", "?", "?"},
		{"wan2_2_t2v_nvfp4.safetensors", "safetensors", "other", "?"},
		{"wan2_2_t2v_mxfp8_mixed.safetensors", "safetensors", "other", "?"},
		{"wan21_t2v_14b_int8.safetensors", "safetensors", "other", "?"},
		{"int4-wan.safetensors", "safetensors", "other", "?"},
		{"Wan2.1-Fun-InPaint480p_bf16.safetensors", "safetensors", "16bit", "?"},
		{"wan-checkpoint8_fp16.safetensors", "safetensors", "16bit", "?"},
		{"wan_t2v_fp16.ckpt", "?", "16bit", "?"},
		{"wan", "?", "?", "?"},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			ask := asker(t, loaderOf(test.file, "quantization=disabled"))
			for fact, want := range map[string]string{
				"weights.container": test.container, "weights.file": test.holds, "weights.scaled": test.scaled,
			} {
				expect(t, fact, ask(fact), want)
			}
		})
	}
}

// expect compares an answer with what is wanted, "?" for unknown, which gives a reason.
func expect(t *testing.T, fact string, got rules.Answer, want string) {
	t.Helper()
	switch {
	case want == "?" && got.Known():
		t.Errorf("%s is %s by %s, want unknown", fact, got, got.Source)
	case want == "?" && got.Why == "":
		t.Errorf("%s is unknown without a why", fact)
	case want != "?" && got.String() != want:
		t.Errorf("%s is %s (%s), want %s", fact, got, got.Why, want)
	case want != "?" && got.Source == "":
		t.Errorf("%s is %s without a source", fact, got)
	}
}

// TestWeightsInMemory asks what weights a file and the widgets make together.
func TestWeightsInMemory(t *testing.T) {
	const (
		half     = "wan_bf16.safetensors"
		e4       = "wan_fp8_e4m3fn.safetensors"
		e4scaled = "wan_fp8_e4m3fn_scaled_KJ.safetensors"
		e5       = "wan_fp8_e5m2.safetensors"
		e5scaled = "wan_fp8_e5m2_scaled_KJ.safetensors"
	)
	tests := []struct{ file, widget, base, want string }{
		{half, "disabled", "bf16", "bf16"},
		{half, "disabled", "fp16_fast", "fp16"},
		{half, "disabled", "fp32", "fp32"},
		{half, "fp8_e4m3fn", "bf16", "e4m3fn"},
		{half, "fp8_e4m3fn_fast", "bf16", "e4m3fn"},
		{half, "fp8_e5m2", "bf16", "e5m2"},
		{half, "torchao_int8", "bf16", "?"},
		{e4, "disabled", "bf16", "e4m3fn"},
		{e4, "fp8_e4m3fn", "bf16", "e4m3fn"},
		{e4, "fp8_e5m2", "bf16", "?"},
		{e5, "disabled", "bf16", "e5m2"},
		{e5, "fp8_e4m3fn", "bf16", "?"},
		{e4scaled, "disabled", "bf16", "e4m3fn"},
		{e4scaled, "fp8_e5m2", "bf16", "e4m3fn"},
		{e4scaled, "fp8_e5m2_scaled_fast", "bf16", "e4m3fn"},
		{e5scaled, "fp8_e4m3fn_scaled", "bf16", "e5m2"},
		{"wan_fp8.safetensors", "disabled", "bf16", "?"},
		{"wan_fp8.safetensors", "fp8_e5m2", "bf16", "?"},
		{"wan.safetensors", "disabled", "bf16", "?"},
		{"wan.safetensors", "fp8_e5m2", "bf16", "?"},
		{"wan_nvfp4.safetensors", "disabled", "bf16", "?"},
		{"wan-Q4_K_M.gguf", "disabled", "bf16", "gguf"},
		{"wan-Q4_K_M.gguf", "fp8_e4m3fn", "bf16", "gguf"},
		{`WAN\WAN_FP8_E5M2_SCALED_KJ.SAFETENSORS`, "disabled", "fp16", "e5m2"},
	}
	for _, test := range tests {
		t.Run(test.file+" "+test.widget+" "+test.base, func(t *testing.T) {
			ask := asker(t, loaderOf(test.file, fmt.Sprintf("quantization=%s base_precision=%s", test.widget, test.base)))
			expect(t, "weights.dtype", ask("weights.dtype"), test.want)
		})
	}
}

// TestLowMemoryMerge merges a LoRA in a way that leaves a scaled file's weights in 16 bit.
func TestLowMemoryMerge(t *testing.T) {
	tests := []struct{ name, file, lora, want string }{
		{"merged, low memory", "wan_e4m3fn_scaled.safetensors", "merge_loras=true low_mem_load=true", "fp16"},
		{"merged", "wan_e4m3fn_scaled.safetensors", "merge_loras=true low_mem_load=false", "e4m3fn"},
		{"not merged", "wan_e4m3fn_scaled.safetensors", "merge_loras=false low_mem_load=true", "e4m3fn"},
		{"not known to be scaled", "wan_e4m3fn.safetensors", "merge_loras=true low_mem_load=true", "e4m3fn"},
		{"a GGUF file", "wan_scaled.gguf", "merge_loras=true low_mem_load=true", "gguf"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ask := asker(t, loaderOf(test.file, "quantization=disabled base_precision=fp16_fast lora=#2", "2 WanVideoLoraSelect lora=a "+test.lora))
			expect(t, "weights.dtype", ask("weights.dtype"), test.want)
		})
	}
}

// TestUnreadableFile passes on why the file or a widget is not known.
func TestUnreadableFile(t *testing.T) {
	const computed = "#1 WanVideoModelLoader · model: #2 SomebodysPicker computes it"
	tests := []struct{ fact, graph, why string }{
		{"weights.container", "model=#2 quantization=disabled", computed},
		{"weights.file", "model=#2 quantization=disabled", computed},
		{"weights.scaled", "model=#2 quantization=disabled", computed},
		{"weights.dtype", "model=#2 quantization=disabled", computed},
		{"weights.dtype", "model=a_e4m3fn.safetensors quantization=#2", "#1 WanVideoModelLoader · quantization: #2 SomebodysPicker computes it"},
		{"weights.dtype", "model=a_bf16.safetensors quantization=disabled base_precision=#2", "#1 WanVideoModelLoader · base_precision: #2 SomebodysPicker computes it"},
	}
	for _, test := range tests {
		t.Run(test.fact+" "+test.graph, func(t *testing.T) {
			got := asker(t, graph("1 WanVideoModelLoader "+test.graph, "2 SomebodysPicker"))(test.fact)
			if got.Known() || got.Why != test.why {
				t.Errorf("%s, why %q; want unknown, %q", got, got.Why, test.why)
			}
		})
	}
}

// TestContainer asks what the loader takes a file for: its name decides, and where the
// header shows something else nothing can be said.
func TestContainer(t *testing.T) {
	gguf := &modelfile.Header{Format: modelfile.GGUF, Weights: "gguf"}
	for _, test := range []struct {
		file, want string
		header     *modelfile.Header
	}{
		{"a.gguf", "gguf", gguf},
		{"a.safetensors", "safetensors", t2v()},
		{"a.safetensors", "?", gguf},
		{"a.gguf", "?", t2v()},
	} {
		t.Run(test.file+" "+test.want, func(t *testing.T) {
			stack := rules.Look(parseAPI(t, loaderOf(test.file, "quantization=disabled"))).Stacks[0]
			machine := &detect.Machine{Models: headers{"diffusion_models/" + test.file: test.header}}
			expect(t, "weights.container", rules.Builtin().Asker(stack, machine)("weights.container"), test.want)
		})
	}
}
