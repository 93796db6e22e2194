package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/detect/comfy"
	"github.com/wanfix/wanfix/detect/gpu"
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
			[]string{"the server computes on rocm AMD Radeon RX 7900 XTX", "--gpu generic:24GiB"}, exitClean},
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
		{"another maker's", "xpu:0 Intel(R) Arc(TM) \\u001b[31m", exitRemains, []string{`Arc(TM) \x1b[31m`, "--gpu generic:24GiB", "os           linux    http"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			kind, _, _ := strings.Cut(tt.device, ":")
			answer := `{"system":{"os":"linux","pytorch_version":"2.9.1+cu128"},"devices":[{"name":"` + tt.device + `","type":"` + kind + `","vram_total":25756696576}]}`
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, answer) }))
			defer server.Close()
			var out, told strings.Builder
			if exit := run([]string{"gpu", "--comfy", " " + strings.ToUpper(server.URL)}, streams{in: strings.NewReader(""), out: &out, err: &told}); exit != tt.exit {
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

// TestServerCard has the devices that servers name.
func TestServerCard(t *testing.T) {
	const gib = int64(1) << 30
	cuda := func(name string, memory int64) comfy.Device {
		return comfy.Device{Kind: "cuda", Name: name, Memory: memory}
	}
	for _, tt := range []struct {
		name    string
		devices []comfy.Device
		card    string // name and memory; "" is none
		notes   []string
	}{
		{"none", nil, "", []string{"the server names no device"}},
		{"a card", []comfy.Device{cuda("NVIDIA GeForce RTX 3090", 253*gib/10)}, "NVIDIA GeForce RTX 3090 25.3 GiB", nil},
		{"torch counts less", []comfy.Device{cuda("NVIDIA GeForce RTX 3090", 236*gib/10)}, "NVIDIA GeForce RTX 3090 24 GiB", nil},
		{"memory added", []comfy.Device{cuda("NVIDIA GeForce RTX 4090", 475*gib/10)}, "NVIDIA GeForce RTX 4090 48 GiB", nil},
		{"memory kept back", []comfy.Device{cuda("NVIDIA GeForce RTX 3090", 12*gib)}, "NVIDIA GeForce RTX 3090 12 GiB", nil},
		{"memory unknown", []comfy.Device{cuda("NVIDIA GeForce RTX 3090", 0)}, "NVIDIA GeForce RTX 3090 24 GiB", nil},
		{"two", []comfy.Device{cuda("NVIDIA GeForce RTX 3090", 24*gib), cuda("NVIDIA GeForce RTX 5090", 31*gib)}, "NVIDIA GeForce RTX 3090 24 GiB",
			[]string{"the server has 2 devices, the first counts: NVIDIA GeForce RTX 3090, NVIDIA GeForce RTX 5090"}},
		{"two, of which the first is not known", []comfy.Device{{Kind: "mps", Memory: 64 * gib}, {}}, "",
			[]string{"the server has 2 devices, the first counts: mps, one without a name",
				"the server computes on mps, wanfix knows NVIDIA cards: say --gpu generic:64GiB for its memory alone"}},
		{"another maker's, memory unknown", []comfy.Device{{Kind: "rocm", Name: "AMD Radeon RX 7900 XTX"}}, "",
			[]string{"the server computes on rocm AMD Radeon RX 7900 XTX, wanfix knows NVIDIA cards: say --gpu generic:16GiB for its memory alone"}},
		{"nothing known", []comfy.Device{{}}, "",
			[]string{"the server computes on a device without a name, wanfix knows NVIDIA cards: say --gpu generic:16GiB for its memory alone"}},
		{"an unknown card", []comfy.Device{cuda("NVIDIA GeForce RTX 7090", 475*gib/10)}, "",
			[]string{"the server's card NVIDIA GeForce RTX 7090 is not known: say --gpu sm_86:48GiB, with its own compute capability for the 86"}},
		{"a card without name and memory", []comfy.Device{cuda("", 0)}, "",
			[]string{"the server's card is not known: say --gpu sm_86:24GiB, with its own compute capability for the 86"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			card, notes := serverCard(tt.devices)
			got := ""
			if card != nil {
				got = card.Name + " " + gpu.GiB(card.Memory)
			}
			if got != tt.card || !slices.Equal(notes, tt.notes) {
				t.Errorf("got %q and %q, want %q and %q", got, notes, tt.card, tt.notes)
			}
		})
	}
}

func TestIsServer(t *testing.T) {
	for where, want := range map[string]bool{
		"http://a:8188": true, "HTTPS://a": true, " Http://127.0.0.1:8188/\n": true,
		"": false, "httpd": false, "/srv/http://": false, "ComfyUI": false,
	} {
		if isServer(where) != want {
			t.Errorf("%q: got %t", where, !want)
		}
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

// TestComfyServerNodes asks a running ComfyUI about the classes of a workflow, and of none twice.
func TestComfyServerNodes(t *testing.T) {
	const sampler = `{"WanVideoSampler": {"input": {"required": {"model": ["WANVIDEOMODEL"], "image_embeds": ["WANVIDIMAGE_EMBEDS"], "steps": ["INT"], "cfg": ["FLOAT"], "shift": ["FLOAT"], "seed": ["INT"],
		"force_offload": ["BOOLEAN"], "scheduler": [["unipc"]], "riflex_freq_index": ["INT"], "denoise_strength": ["FLOAT"], "batched_cfg": ["BOOLEAN"], "rope_function": [["comfy"]], "start_step": ["INT", {"default": 7}]}}, "output": ["LATENT"]}}`
	for _, test := range []struct {
		name, answer string
		says         []string
	}{
		{"it tells", sampler, []string{`error  start_step of WanVideoSampler gets "", a whole number is wanted`, "(the object_info of http://"}},
		{"it does not have it", `{}`, []string{`warning  start_step of WanVideoSampler gets "", a whole number from 0 to 10000 is wanted`}},
		{"it does not tell", `<html>`, []string{"      ask http://", "about its nodes: it answers with something that is not JSON", "warning  start_step of WanVideoSampler"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			asked := map[string]int{}
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked[r.URL.Path]++
				switch {
				case strings.HasSuffix(r.URL.Path, "/system_stats"):
					_, _ = io.WriteString(w, `{"system":{"os":"linux"},"devices":[{"name":"cuda:0 NVIDIA GeForce RTX 4090 : native","type":"cuda"}]}`)
				case strings.HasSuffix(r.URL.Path, "/WanVideoSampler") || test.answer != sampler:
					_, _ = io.WriteString(w, test.answer)
				default:
					_, _ = io.WriteString(w, `{}`)
				}
			}))
			defer server.Close()
			var out, told strings.Builder
			const file = "../../testdata/workflows/drifted.json"
			if exit := run([]string{"check", file, file, "--comfy", server.URL}, streams{in: strings.NewReader(""), out: &out, err: &told}); exit != exitRemains {
				t.Errorf("exit %d: %s", exit, told.String())
			}
			for _, text := range test.says {
				if !strings.Contains(out.String(), text) {
					t.Errorf("%q is not in\n%s", text, out.String())
				}
			}
			for path, times := range asked {
				if times > 1 {
					t.Errorf("%s was asked %d times", path, times)
				}
			}
		})
	}
}
