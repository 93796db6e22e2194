package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestComfyServer tunes for the machine that a running ComfyUI describes.
func TestComfyServer(t *testing.T) {
	stats := func(os, torch, device string) string {
		return `{"system":{"os":"` + os + `","ram_total":68719476736,"pytorch_version":"` + torch + `","comfyui_version":"0.3.64"},
			"devices":[{"name":"` + device + `","type":"cuda","index":0,"vram_total":25756696576}]}`
	}
	tests := []struct {
		name, answer string
		flags        []string
		says         []string
		exit         int
	}{
		{"a card that cannot, torch that does not help", stats("linux", "2.12.1+cu128", "cuda:0 NVIDIA GeForce RTX 3090 : cudaMallocAsync"), nil,
			[]string{"NVIDIA GeForce RTX 3090 · sm_86", "\n  error  torch.compile cannot read e4m3fn"}, exitRemains},
		{"torch that helps", stats("linux", "2.14.0+cu130", "cuda:0 NVIDIA GeForce RTX 3090 : cudaMallocAsync"), nil, []string{"RTX 3090"}, exitClean},
		{"a card that can", stats("win32", "2.9.1+cu128", "cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync"), nil, []string{"RTX 4090 · sm_89"}, exitClean},
		{"a card that is named", stats("linux", "2.12.1+cu128", "cuda:0 NVIDIA GeForce RTX 4090 : native"), []string{"--gpu", "3090"},
			[]string{"from --gpu 3090", "error  torch.compile cannot read"}, exitRemains},
		{"another maker's card", stats("linux", "2.9.1+rocm6.4", "cuda:0 AMD Radeon RX 7900 XTX : native"), nil,
			[]string{"the server computes on rocm AMD Radeon RX 7900 XTX", "--gpu generic:16GiB"}, exitClean},
		{"hostile names", stats("linux", "2.9.1", "cuda:0 \\u001b[31mNVIDIA\\u202e : native"), nil, []string{`\x1b[31mNVIDIA\u202e`}, exitClean},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, test.answer) }))
			defer server.Close()
			var out, told strings.Builder
			args := append([]string{"check", "../../testdata/workflows/wan22-high-low.json", "--comfy", server.URL}, test.flags...)
			exit := run(args, streams{in: strings.NewReader(""), out: &out, err: &told})
			if exit != test.exit {
				t.Errorf("exit %d, want %d: %s", exit, test.exit, told.String())
			}
			for _, text := range test.says {
				if !strings.Contains(out.String(), text) {
					t.Errorf("%q is not in\n%s", text, out.String())
				}
			}
			if strings.ContainsAny(out.String(), "\x1b\u202e") {
				t.Errorf("a name reaches the terminal as it is: %q", out.String())
			}
		})
	}
}

// TestComfyServerShown shows the machine of a running ComfyUI.
func TestComfyServerShown(t *testing.T) {
	for _, tt := range []struct {
		name, device string
		exit         int
		says         []string
	}{
		{"a card", "cuda:0 NVIDIA GeForce RTX 3090 : cudaMallocAsync", exitClean, []string{"NVIDIA GeForce RTX 3090 · sm_86", "torch        2.9.1    http"}},
		{"another maker's", "xpu:0 Intel(R) Arc(TM) \\u001b[31m", exitRemains, []string{`Arc(TM) \x1b[31m`, "--gpu generic:16GiB", "os           linux    http"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			kind, _, _ := strings.Cut(tt.device, ":")
			answer := `{"system":{"os":"linux","pytorch_version":"2.9.1+cu128"},"devices":[{"name":"` + tt.device + `","type":"` + kind + `","vram_total":25756696576}]}`
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, answer) }))
			defer server.Close()
			var out, told strings.Builder
			if exit := run([]string{"gpu", "--comfy", server.URL}, streams{in: strings.NewReader(""), out: &out, err: &told}); exit != tt.exit {
				t.Errorf("exit %d, want %d: %s", exit, tt.exit, told.String())
			}
			for _, text := range tt.says {
				if !strings.Contains(out.String(), text) {
					t.Errorf("%q is not in\n%s", text, out.String())
				}
			}
		})
	}
}

// TestComfyServerNowhere names an address where nobody answers.
func TestComfyServerNowhere(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	var out, told strings.Builder
	exit := run([]string{"check", "../../testdata/workflows/wan22-high-low.json", "--comfy", server.URL}, streams{in: strings.NewReader(""), out: &out, err: &told})
	if exit != exitUsage || !strings.Contains(told.String(), "wanfix: ask ComfyUI at ") {
		t.Errorf("exit %d: %s", exit, told.String())
	}
}
