package rules_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/wanfix/wanfix/rewrite/examples"
	"github.com/wanfix/wanfix/rules"
)

// names are words that a sentence may begin with in capitals.
var names = regexp.MustCompile(`^(?:GGUF|LoRAs?|VRAM|GPU|CUDA|WanVideoWrapper|ComfyUI)\b`)

// TestRules has rules that check: they ask for facts and want values that there are.
func TestRules(t *testing.T) {
	if err := rules.Builtin().Check(); err != nil {
		t.Error(err)
	}
}

// TestPages holds every page against what a page is to have.
func TestPages(t *testing.T) {
	for _, rule := range builtin(t) {
		t.Run(rule.ID, func(t *testing.T) {
			page, err := rules.ParsePage(rule.Page)
			if err != nil {
				t.Fatal(err)
			}
			if page.Title != rule.ID {
				t.Errorf("title %q, want the file's name %q", page.Title, rule.ID)
			}
			for _, words := range []string{"**When it stays silent.**", "\nSources: "} {
				if !strings.Contains(rule.Page, words) {
					t.Errorf("the prose has no %q", words)
				}
			}
			if len(rule.Facts) == 0 && !rule.Around {
				t.Error("no facts")
			}
			sentence(t, "message", rule.Message)
			for _, fix := range rule.Fixes {
				sentence(t, "say", fix.Say)
			}
			if len(rule.Fixes) == 0 {
				t.Error("no fix, not even advice")
			}
		})
	}
}

// sentence looks whether a text is written as all messages are.
func sentence(t *testing.T, what, text string) {
	t.Helper()
	switch first := []rune(text)[0]; {
	case strings.HasSuffix(text, "."):
		t.Errorf("%s ends with a period: %q", what, text)
	case unicode.IsUpper(first) && !names.MatchString(text):
		t.Errorf("%s starts with a capital: %q", what, text)
	case strings.Contains(strings.ToLower(text), "please"):
		t.Errorf("%s begs: %q", what, text)
	case strings.Contains(text, "GB"):
		t.Errorf("%s counts in GB, want GiB: %q", what, text)
	}
}

// TestExamples runs every example of every rule page, and every row of its tables.
func TestExamples(t *testing.T) {
	for _, rule := range builtin(t) {
		t.Run(rule.ID, func(t *testing.T) {
			for _, e := range examplesOf(t, rules.Builtin(), rule) {
				runExample(t, rules.Builtin(), rule, e)
			}
		})
	}
}

// TestPagesShowBoth wants every page to show what its rule does, and where it does nothing.
func TestPagesShowBoth(t *testing.T) {
	for _, rule := range builtin(t) {
		t.Run(rule.ID, func(t *testing.T) {
			fires, changes, silent := 0, 0, 0
			for _, e := range examplesOf(t, rules.Builtin(), rule) {
				switch {
				case e.Verdict == examples.Silent:
					silent++
				case e.Verdict == examples.NotJudged:
				case len(e.Patch) > 0:
					changes++
				default:
					fires++
				}
			}
			onlyTells := !slices.ContainsFunc(rule.Fixes, func(f rules.Fix) bool { return f.Safety != rules.Advice })
			if silent == 0 || onlyTells && fires == 0 || !onlyTells && changes == 0 {
				t.Errorf("%d examples change something, %d rows are silent, %d only fire; want some that change and some that are silent", changes, silent, fires)
			}
		})
	}
}

// TestByError looks up what people find in their logs.
func TestByError(t *testing.T) {
	tests := []struct{ log, want string }{
		{"  File \"/usr/lib/python3/triton/compiler.py\", line 12\nValueError(\"type fp8e4nv not supported in this architecture. The supported fp8 dtypes are ('fp8e4b15', 'fp8e5')\")", "e4m3fn-needs-sm89-to-compile"},
		{"AssertionError: fp8e4nv data type is not supported on CUDA arch < 89", "e4m3fn-needs-sm89-to-compile"},
		{"RuntimeError: torch._scaled_mm is only supported on CUDA devices with compute capability >= 9.0 or 8.9, or ROCm MI300+", "fp8-matmul-needs-sm89"},
		{"ValueError: GGUF models do not support LoRA merging, please disable merge_loras in the LoRA select node.", "gguf-cannot-merge-loras"},
		{"VALUEERROR: QUANTIZATION SHOULD BE DISABLED WHEN LOADING GGUF MODELS.", "gguf-needs-quantization-disabled"},
		{"Failed to validate prompt for output 30:\n* WanVideoModelLoader 22:\n  - Value not in list: quantization: 'fp8_scaled' not in ['disabled', 'fp8_e4m3fn']", "quantization-no-longer-offered"},
		{"torch._dynamo.exc.Unsupported: torch.* op returned non-Tensor device", "whole-model-needs-graph-breaks"},
		{"RuntimeError: Error: accessing tensor output of CUDAGraphs that has been overwritten by a subsequent run", "cuda-graphs-do-not-fit-the-blocks"},
		{"AssertionError: Can't use both block_swap_args and vram_management_args at the same time", "block-swap-or-vram-management"},
		{"Failed to validate prompt for output 30:\n* WanVideoModelLoader 22:\n  - Value not in list: attention_mode: 'spargeattn' not in ['sdpa', 'flash_attn_2']", "attention-no-longer-offered"},
		{"W1124 08:00:00 torch/_inductor/compile_fx.py:1948] NVIDIA GeForce RTX 2080 Ti does not support bfloat16 compilation natively, skipping", "bf16-is-emulated-below-sm80"},
		{"AssertionError: exception table entry start instruction has no offset", "compiling-the-whole-model-gains-nothing"},
		{"NotImplementedError: fp8_fast is not supported with unmerged LoRAs", "fp8-matmul-needs-merged-loras"},
		{"NotImplementedError: FP8 matmul with unmerged LoRAs is not supported", "fp8-matmul-needs-merged-loras"},
		{"RuntimeError: Bias is not supported when out_dtype is set to Float32", "fp8-matmul-refuses-fp32"},
		{"ValueError: Unsupported CUDA architecture: sm75", "sageattention-needs-newer-cards"},
		{"ValueError: The model is not a scaled fp8 model, please disable '_scaled' in quantization", "scaled-quantization-needs-scales"},
		{"ValueError: The model is a scaled fp8 model, please set quantization to '_scaled'", "old-loader-needs-scaled-quantization"},
		{"ValueError: GGUF models don't support vram management", "vram-management-and-gguf"},
		{"NotImplementedError: Cannot copy out of meta tensor; no data! Use torch.nn.Module.to_empty() instead", "vram-management-no-longer-works"},
		{"AttributeError: 'AutoWrappedModule' object has no attribute 'weight'", "vram-management-no-longer-works"},
		{"TypeError: argument of type 'int' is not iterable", "attention-override-needs-a-list"},
		{"RuntimeError: Tried to instantiate dummy base class Event", "block-swap-needs-cuda"},
		{"torch.OutOfMemoryError: Allocation on device", "not-enough-blocks-swapped"},
		{"* WanVideoSampler 27:\n  - Failed to convert an input value to a INT value: start_step, , invalid literal for int() with base 10: ''", "value-its-widget-refuses"},
		{"ValueError: Can't import SageAttention: No module named 'sageattention'", "sageattention-is-not-installed"},
		{"RuntimeError: FlashAttention only supports Ampere GPUs or newer.", "flash-attention-needs-other-cards"},
		{"  File \"attention_flash.py\", line 71, in flash_attention\n    assert FLASH_ATTN_2_AVAILABLE\nAssertionError", "flash-attention-is-not-installed"},
		{"NameError: name 'sageattn_func_compiled' is not defined", "attention-override-cannot-run"},
		{"ValueError: torch.backends.cuda.matmul.allow_fp16_accumulation is not available in this version of torch, requires torch 2.7.0.dev2025 02 26 nightly minimum currently", "fp16-fast-needs-torch-2-7"},
		{"RuntimeError: Found Tesla P40 which is too old to be supported by the triton GPU compiler, which is used as the backend.", "compile-needs-sm70"},
		{"torch._inductor.exc.TritonMissing: Cannot find a working triton installation. Either the package is not installed or it is too old.", "compile-needs-triton"},
		{"ptxas fatal   : Value 'sm_120' is not defined for option 'gpu-name'", "compile-for-sm120-needs-triton-3-3"},
		{"CUDA error: no kernel image is available for execution on the device", "torch-has-no-kernels-for-the-card"},
		{"Skip calling `torch.compiler.disable()`d function", "fullgraph-meets-a-graph-break"},
		{"TypeError: CudagraphsBackend.__call__() got an unexpected keyword argument 'mode'", "cudagraphs-backend-takes-no-mode"},
		{"W1124 08:00:00 torch._dynamo hit config.recompile_limit (8)", "recompile-limit-too-low"},
		{"torch._dynamo.exc.FailOnRecompileLimitHit: recompile_limit reached with fullgraph=True", "recompile-limit-too-low"},
		{"W1124 08:00:00 torch/_inductor/utils.py:1137] Not enough SMs to use max_autotune_gemm mode", "autotune-has-nothing-to-tune"},
		{"ValueError: Set LoRA node does not use low_mem_load and can't merge LoRAs, disable 'merge_loras' in the LoRA select node.", "patched-in-loras-cannot-merge"},
		{"ValueError: With GGUF main model the extra model must also be GGUF quantized, if the main model already has VACE included, you can disconnect the extra module loader", "gguf-goes-with-gguf-modules"},
		{"ValueError: With GGUF extra model the main model must also be GGUF quantized model", "gguf-goes-with-gguf-modules"},
		{"ValueError: Multitalk/InfiniteTalk model is a GGUF model, main model also has to be a GGUF model.", "gguf-multitalk-needs-gguf-model"},
		{"TypeError: WanModel.forward() got an unexpected keyword argument 'z'", "batched-cfg-ends-the-run"},
		{"TypeError: expected Tensor as element 0 in argument 0, but got NoneType", "batched-cfg-ends-the-run"},
		{"ValueError: start_step must be 0 when denoise_strength is used", "denoise-starts-at-step-0"},
		{"Exception: FlowEdit support has been deprecated and removed due to lack of use and code maintainability", "flowedit-was-removed"},
		{"Failed to validate prompt for output 9:\n* WanVideoDecode 3:\n  - Custom validation failed for node: Tile width must be larger than the tile stride width.", "tiles-smaller-than-their-stride"},
		{"RuntimeError: GET was unable to find an engine to execute this computation", "vae-in-bf16-below-sm80"},
		{"ValueError: You are attempting to load a VACE module as a WanVideo model, instead you should use the vace_model input and matching T2V base model", "not-a-main-model"},
		{"ValueError: No patch_embedding weight found, is the selected model a full WanVideo model?", "not-a-main-model"},
		{"KeyError: <GGMLQuantizationType.IQ4_XS: 23>", "gguf-type-nobody-unpacks"},
		{"TypeError: '>' not supported between instances of 'NoneType' and 'int'", "vace-blocks-left-out-of-a-prompt"},
		{"Exception: Enable radial attention first in the model loader.", "radial-attention-needs-its-mode"},
		{"Exception: Radial attention mode only supports image size divisible by block size. Got 832x480 with block size 128.", "radial-attention-needs-aligned-sizes"},
		{"ImportError: sparse_sageattn is not available. Please install the sparse_sageattn package or check your import path.", "radial-attention-needs-triton"},
		{"ValueError: LoRA strength should be a single value when merge_loras=True", "scheduled-strength-cannot-merge"},
		{"ValueError: Invalid T5 text encoder model, fp8 scaled is not supported by this node", "text-encoder-takes-no-scaled-file"},
		{"ValueError: Invalid T5 text encoder model, this node expects the 'umt5-xxl' model", "text-encoder-is-no-umt5"},
		{"ValueError: VACE only works properly with T2V models.", "vace-needs-a-text-to-video-model"},
		{"ValueError: Invalid CLIP model, this node expectes the 'open-clip-xlm-roberta-large-vit-huge-14' model", "clip-file-is-for-another-loader"},
		{"ValueError: T2V (text to video) model detected, encoded images only work with I2V (Image to video) models", "pictures-need-an-image-to-video-model"},
		{"RuntimeError: Given groups=1, weight of size [5120, 36, 1, 2, 2], expected input[1, 16, 21, 60, 104] to have 36 channels, but got 16 channels instead", "image-to-video-model-needs-pictures"},
		{"AttributeError: 'WanModel' object has no attribute 'vace_patch_embedding'", "vace-input-needs-vace-weights"},
		{"Exception: multitalk scheduler is only for multitalk sampling when using ImagetoVideoMultiTalk -node", "multitalk-scheduler-needs-its-node"},
		{"Exception: context_options are not compatible or necessary with WanAnim looping, since it creates the video in a loop.", "context-windows-or-a-loop"},
		{"ValueError: Negative embeddings must be provided for CFG scale > 1.0", "cfg-needs-a-negative-prompt"},
		{"NotImplementedError: Unianimate LoRA patching is not implemented in this node.", "patched-in-loras-of-special-kinds"},
		{"* WanVideoBlockSwap 12:\n  - Value 41 bigger than max of 40: blocks_to_swap", "more-blocks-than-the-widget-takes"},
		{"\x1b[31mtriton.compiler.errors.CompilationError\x1b[0m: at 1:0:\r\n\x1b[1;31mValueError\x1b[0m(\"type \x1b[35mfp8e4nv\x1b[0m not supp\r\norted in this architecture\")", "e4m3fn-needs-sm89-to-compile"},
		{"│ C:\\Users\\Ä\\ComfyUI\\custom_nodes\\WanVideoWrapper\\nodes.py:812   │\n│ ValueError: GGUF models do not support LoRA    │\n│   merging, please disable merge_loras           │", "gguf-cannot-merge-loras"},
		{"RuntimeError: something else", ""},
		{"", ""},
	}
	told := map[string]bool{}
	for _, test := range tests {
		t.Run(test.log, func(t *testing.T) {
			var got []string
			for _, rule := range rules.Builtin().ByError(test.log) {
				got = append(got, rule.ID)
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("found %q, want %q", got, test.want)
			}
		})
		told[test.want] = true
	}
	for _, rule := range builtin(t) {
		if len(rule.Errors) > 0 && !told[rule.ID] {
			t.Errorf("%s: no log above shows one of its errors", rule.ID)
		}
	}
}

// TestErrorPieces finds every page by every piece of an error that it names, whatever
// stands around it.
func TestErrorPieces(t *testing.T) {
	for _, rule := range builtin(t) {
		for _, piece := range rule.Errors {
			found := rules.Builtin().ByError("!!! Exception: " + strings.ToUpper(piece) + "\nTraceback")
			if len(found) != 1 || found[0] != rule {
				t.Errorf("%s: %q finds %d rules, want this one alone", rule.ID, piece, len(found))
			}
			if len(piece) < 15 {
				t.Errorf("%s: %q is too short to be looked for in a log", rule.ID, piece)
			}
		}
	}
}

// TestErrorsInLogs finds every page by its errors as terminals on Windows show them: behind
// a path, coloured word by word, in lines broken anywhere.
func TestErrorsInLogs(t *testing.T) {
	for _, rule := range builtin(t) {
		for _, piece := range rule.Errors {
			words := strings.Fields(piece)
			log := `  File "C:\ComfyUI\custom_nodes\ComfyUI-WanVideoWrapper\nodes_model_loading.py", line 1024, in loadmodel` + "\r\nE: " +
				"\x1b[31m" + strings.Join(words, "\x1b[0m \x1b[38;5;9m") + "\x1b[0m\r\nPrompt executed in 3.41 seconds"
			for width := 20; width < 60; width += 13 {
				found := rules.Builtin().ByError(wrapped(log, width))
				if len(found) != 1 || found[0] != rule {
					t.Errorf("%s: %q in lines of %d finds %d rules, want this one alone", rule.ID, piece, width, len(found))
				}
			}
		}
	}
}

// wrapped breaks lines as a narrow window does, outside of what sets colours.
func wrapped(text string, width int) string {
	var out strings.Builder
	column, escaped := 0, false
	for _, c := range text {
		escaped = escaped || c == '\x1b'
		out.WriteRune(c)
		switch {
		case escaped:
			escaped = c != 'm'
		case c == '\n':
			column = 0
		default:
			if column++; column == width {
				out.WriteString("\r\n")
				column = 0
			}
		}
	}
	return out.String()
}
