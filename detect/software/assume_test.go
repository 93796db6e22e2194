package software

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/wanfix/wanfix/detect/comfy"
)

func TestAssume(t *testing.T) {
	for _, tt := range []struct {
		text string
		want map[string]string
		says string // of the error
	}{
		{"", map[string]string{}, ""},
		{"torch=2.9.1", map[string]string{"torch": "2.9.1"}, ""},
		{"torch=2.9,os=windows", map[string]string{"torch": "2.9", "os": "windows"}, ""},
		{" Torch = 2.9 , ,", map[string]string{"torch": "2.9"}, ""},
		{"torch=2.9.1+cu128", map[string]string{"torch": "2.9.1", "torch_build": "cu128", "cuda": "12.8"}, ""},
		{"torch=2.9.1+cpu", map[string]string{"torch": "2.9.1", "torch_build": "cpu", "cuda": "absent"}, ""},
		{"torch=2.9.0a0+gitabc", map[string]string{"torch": "2.9.0a0", "torch_build": "gitabc"}, ""},
		{"torch-build=cu130", map[string]string{"torch_build": "cu130", "cuda": "13.0"}, ""},
		{"cuda=cu126", map[string]string{"cuda": "12.6"}, ""},
		{"cuda=12.6", map[string]string{"cuda": "12.6"}, ""},
		{"cuda=absent", map[string]string{"cuda": "absent"}, ""},
		{"triton-windows=3.5.0.post21", map[string]string{"triton_windows": "3.5.0.post21", "triton": "3.5.0.post21"}, ""},
		{"triton-windows=absent", map[string]string{"triton_windows": "absent"}, ""},
		{"triton=3.5.0,triton_windows=absent", map[string]string{"triton": "3.5.0", "triton_windows": "absent"}, ""},
		{"sageattention=2.2.0+cu128torch2.8.0.post3", map[string]string{"sageattention": "2.2.0+cu128torch2.8.0.post3"}, ""},
		{"wrapper=2025-10-21,kjnodes=2025-10-01", map[string]string{"wrapper": "2025-10-21", "kjnodes": "2025-10-01"}, ""},
		{"vram-mode=highvram", map[string]string{"vram_mode": "highvram"}, ""},
		{"vram_mode=gpu-only", map[string]string{"vram_mode": "gpu-only"}, ""},
		{"python=3.13,python=3.13", map[string]string{"python": "3.13"}, ""},

		{"tourch=2.9", nil, `knows no "tourch"; it knows accelerate, comfyui, cuda,`},
		{"2.9", nil, `knows no "2_9"`},
		{"\x1b[2J=1", nil, `knows no "\x1b[2j"`},
		{"torch", nil, "want a version such as 2.9.1, or absent"},
		{"torch=", nil, `torch="": want a version`},
		{"torch=new", nil, "torch=new: want a version"},
		{"torch=2 9", nil, `torch="2 9": want`},
		{"torch=2.\x1b", nil, `torch="2.\x1b": want`},
		{"torch=2." + strings.Repeat("9", 100), nil, "want a version"},
		{"os=win32", nil, "want linux, windows or darwin"},
		{"vram_mode=--highvram", nil, "want normal, highvram or gpu-only"},
		{"wrapper=1.3.8", map[string]string{"wrapper_version": "1.3.8"}, ""},
		{"wrapper=1.0.5", map[string]string{"wrapper_version": "1.0.5"}, ""},
		{"wrapper=99.0.0", map[string]string{"wrapper_version": "99.0.0"}, ""},
		{"wrapper=1.3.8,wrapper=2025-10-21", nil, "wrapper=1.3.8 and wrapper=2025-10-21: want one"},
		{"wrapper=0.9.0", nil, "or a version such as 1.3.7"}, // of no day that is known
		{"wrapper=2025.10.21", nil, "or a version such as 1.3.7"},
		{"wrapper=1.3", nil, "or a version such as 1.3.7"},
		{"wrapper=absent", nil, "or a version such as 1.3.7"},
		{"wrapper=2025-02-30", nil, "want a day such as 2025-10-21"},
		{"kjnodes=1.1.9", nil, "kjnodes=1.1.9: want a day such as 2025-10-21"},
		{"kjnodes=2025-02-30", nil, "want a day"},
		{"cuda=12", nil, "want a CUDA such as 12.8"},
		{"torch_build=12.8", nil, "want a build such as cu128"},
		{"torch=2.9,torch=2.8", nil, "torch=2.9 and torch=2.8: want one"},
		{"torch=2.9+cu128,cuda=12.6", nil, "cuda=12.6, but 12.8 follows"},
		{"torch=2.9+cu128,torch_build=cu130", nil, "torch_build=cu130, but cu128 follows"},
		{"triton=3.5.0,triton_windows=3.4.0.post20", nil, "but 3.4.0.post20 follows"},
	} {
		t.Run(tt.text, func(t *testing.T) {
			got, err := Assume(tt.text)
			if tt.says != "" {
				if err == nil || !strings.Contains(err.Error(), tt.says) {
					t.Errorf("got %v, %v, want an error with %q", got, err, tt.says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("- want + got\n%s", diff)
			}
		})
	}
}

// TestAssumable holds that a person can state whatever is found, or a gap could not be filled.
func TestAssumable(t *testing.T) {
	for name := range read(open(t, tree(t, portable)), "linux", nil) {
		if strings.HasSuffix(name, "_version") || strings.HasSuffix(name, "_commit") {
			continue // no rule asks for them
		}
		if !slices.Contains(Assumable(), name) {
			t.Errorf("%s can be found, but not stated", name)
		}
	}
}

func TestFromServer(t *testing.T) {
	for _, tt := range []struct {
		name string
		said comfy.SystemStats
		want map[string]string
	}{
		{"all", comfy.SystemStats{OS: "windows", Torch: "2.10.0", TorchBuild: "cu130", Python: "3.13.2", ComfyUI: "0.26.2"},
			map[string]string{"os": "windows", "torch": "2.10.0", "torch_build": "cu130", "cuda": "13.0", "python": "3.13.2", "comfyui": "0.26.2"}},
		{"torch of Apple", comfy.SystemStats{OS: "darwin", Torch: "2.14.0.dev20260731"}, map[string]string{"os": "darwin", "torch": "2.14.0.dev20260731"}},
		{"for AMD", comfy.SystemStats{Torch: "2.9.1", TorchBuild: "rocm6.4"}, map[string]string{"torch": "2.9.1", "torch_build": "rocm6.4", "cuda": "absent"}},
		{"its options", comfy.SystemStats{Args: []string{"main.py", "--gpu-only"}}, map[string]string{"vram_mode": "gpu-only"}},
		{"nothing", comfy.SystemStats{}, map[string]string{}},
		{"lies", comfy.SystemStats{Torch: "2.9\x1b[2J", TorchBuild: "rocm" + strings.Repeat("6", 200), Python: "<b>", ComfyUI: strings.Repeat("1", 100)}, map[string]string{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.said.Source = "http://127.0.0.1:8188"
			v := FromServer(&tt.said)
			if diff := cmp.Diff(tt.want, v.Values()); diff != "" {
				t.Errorf("- want + got\n%s", diff)
			}
			for name, fact := range v {
				if fact.Value != "" && fact.Source != tt.said.Source || fact.Value == "" && fact.Why == "" {
					t.Errorf("%s: %+v", name, fact)
				}
			}
		})
	}
}
