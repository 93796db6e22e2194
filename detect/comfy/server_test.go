package comfy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// answers is a server that says the same on every path.
func answers(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

const gib = 1 << 30

// What servers of different ages say.
const (
	first2023 = `{"devices": [{"name": "cuda:0 NVIDIA GeForce RTX 3090 : cudaMallocAsync", "type": "cuda", "index": 0,
		"vram_total": 25769803776, "vram_free": 24000000000, "torch_vram_total": 0, "torch_vram_free": 0}]}`
	withSystem = `{"system": {"os": "nt", "python_version": "3.10.6 (tags/v3.10.6:9c7b4bd, Aug  1 2022) [MSC v.1932 64 bit (AMD64)]", "embedded_python": true},
		"devices": [{"name": "cuda:0 NVIDIA GeForce RTX 4070 Laptop GPU : native", "type": "cuda", "index": 0, "vram_total": 8585216000, "vram_free": 7000000000}]}`
	withVersions = `{"system": {"os": "posix", "ram_total": 67108864000, "ram_free": 40000000000, "comfyui_version": "0.3.64", "python_version": "3.12.3 (main)",
		"pytorch_version": "2.9.1+cu128", "embedded_python": false, "argv": ["main.py", "--listen", "--use-sage-attention"]},
		"devices": [{"name": "cuda:0 NVIDIA GeForce RTX 5090 : cudaMallocAsync", "type": "cuda", "index": 0, "vram_total": 34190917632, "vram_free": 33000000000}]}`
	newest = `{"system": {"os": "win32", "ram_total": 68626886656, "ram_free": 41231686041, "comfyui_version": "0.26.2", "required_frontend_version": "1.45.21",
		"installed_templates_version": "0.11.15", "required_templates_version": "0.11.15", "comfy_package_versions": [{"name": "comfy-kitchen", "installed": null, "required": "0.2"}],
		"python_version": "3.13.2 (tags/v3.13.2)", "pytorch_version": "2.10.0+cu130", "embedded_python": true, "deploy_environment": "portable",
		"argv": ["ComfyUI\\main.py", "--fast", "fp16_accumulation"]},
		"devices": [{"name": "cuda:1 NVIDIA GeForce RTX 4090 : cudaMallocAsync", "type": "cuda", "index": 1, "vram_total": 25756696576},
			{"name": "cuda:0 NVIDIA GeForce GTX 1080 : cudaMallocAsync", "type": "cuda", "index": 0, "vram_total": 8589934592}]}`
	apple = `{"system": {"os": "darwin", "ram_total": 34359738368, "python_version": "3.12.13 (main, Mar  3 2026) [Clang 17.0.0]", "pytorch_version": "2.14.0.dev20260731", "argv": []},
		"devices": [{"name": "mps", "type": "mps", "index": null, "vram_total": 34359738368}]}`
)

func TestStats(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       SystemStats
	}{
		{"the first of 2023", first2023, SystemStats{Devices: []Device{{"cuda", "NVIDIA GeForce RTX 3090", 0, 24 * gib}}}},
		{"with a system", withSystem, SystemStats{OS: "windows", Python: "3.10.6", Embedded: true,
			Devices: []Device{{"cuda", "NVIDIA GeForce RTX 4070 Laptop GPU", 0, 8585216000}}}},
		{"with versions", withVersions, SystemStats{RAM: 67108864000, Torch: "2.9.1", TorchBuild: "cu128", Python: "3.12.3", ComfyUI: "0.3.64",
			Args: []string{"main.py", "--listen", "--use-sage-attention"}, Devices: []Device{{"cuda", "NVIDIA GeForce RTX 5090", 0, 34190917632}}}},
		{"the newest, with two cards", newest, SystemStats{OS: "windows", RAM: 68626886656, Torch: "2.10.0", TorchBuild: "cu130", Python: "3.13.2", Embedded: true, ComfyUI: "0.26.2",
			Args:    []string{`ComfyUI\main.py`, "--fast", "fp16_accumulation"},
			Devices: []Device{{"cuda", "NVIDIA GeForce RTX 4090", 1, 25756696576}, {"cuda", "NVIDIA GeForce GTX 1080", 0, 8 * gib}}}},
		{"Apple", apple, SystemStats{OS: "darwin", RAM: 32 * gib, Torch: "2.14.0.dev20260731", Python: "3.12.13", Devices: []Device{{"mps", "", -1, 32 * gib}}}},
		{"nothing known", `{"system": {}, "devices": []}`, SystemStats{}},
		{"every type is wrong", `{"system": {"os": 1, "ram_total": "64", "comfyui_version": null, "python_version": [], "pytorch_version": {}, "embedded_python": "yes", "argv": "main.py"},
			"devices": [1, null, {"name": 2, "type": [], "index": "0", "vram_total": true}]}`, SystemStats{Devices: []Device{{Index: -1}}}},
		{"figures that none has", `{"system": {"ram_total": -1}, "devices": [{"name": "cpu", "type": "cpu", "index": -2, "vram_total": 1e300}]}`,
			SystemStats{Devices: []Device{{Kind: "cpu", Index: -1}}}},
		{"devices are no list", `{"system": {"os": "linux"}, "devices": {"name": "cuda:0 x"}}`, SystemStats{OS: "linux"}},
		{"words that are none", `{"system": {"argv": ["main.py", 1, null, "--fast"]}}`, SystemStats{Args: []string{"main.py", "--fast"}}},
		{"escape sequences stay", `{"devices": [{"name": "cuda:0 NVIDIA \u001b[2J\u001b]0;x\u0007 : native", "type": "cuda"}]}`,
			SystemStats{Devices: []Device{{"cuda", "NVIDIA \x1b[2J\x1b]0;x\x07", 0, 0}}}},
		{"a system of its own", `{"system": {"os": "haiku"}}`, SystemStats{}},
		{"a very long name", `{"system": {"comfyui_version": "` + strings.Repeat("é", 1000) + `"}}`, SystemStats{ComfyUI: strings.Repeat("é", 128)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked := ""
			server := answers(t, func(w http.ResponseWriter, r *http.Request) {
				asked = r.Method + " " + r.URL.Path
				io.WriteString(w, tt.body)
			})
			got, err := Stats(t.Context(), server)
			if err != nil {
				t.Fatal(err)
			}
			tt.want.Source = server
			if diff := cmp.Diff(&tt.want, got); diff != "" {
				t.Errorf("- want + got\n%s", diff)
			}
			if asked != "GET /system_stats" {
				t.Errorf("asked %q", asked)
			}
		})
	}
}

func TestStatsCounts(t *testing.T) {
	words, cards := strings.Repeat(`"x",`, 5000)+`"x"`, strings.Repeat(`{"type":"cuda"},`, 5000)+`{}`
	s, err := parseStats([]byte(`{"system": {"argv": [` + words + `]}, "devices": [` + cards + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Args) != maxArgs || len(s.Devices) != maxDevices {
		t.Errorf("%d words and %d devices are kept, want %d and %d", len(s.Args), len(s.Devices), maxArgs, maxDevices)
	}
}

func TestDevice(t *testing.T) {
	for _, tt := range []struct {
		entry, torch string
		want         Device
	}{
		{`{"name": "cuda:0 AMD Radeon RX 7900 XTX : native", "type": "cuda", "index": 0}`, "2.9.1+rocm6.4", Device{"rocm", "AMD Radeon RX 7900 XTX", 0, 0}},
		{`{"name": "cuda:0 AMD Radeon Graphics : native", "type": "cuda", "index": 0}`, "2.9.1", Device{"rocm", "AMD Radeon Graphics", 0, 0}},
		{`{"name": "cuda:0 Radeon 8060S : native", "type": "cuda"}`, "", Device{"rocm", "Radeon 8060S", 0, 0}},
		{`{"name": "cuda:0 gfx1151 : native", "type": "cuda"}`, "", Device{"rocm", "gfx1151", 0, 0}},
		{`{"name": "cuda:0  : native", "type": "cuda"}`, "2.9.1+rocm6.4", Device{"rocm", "", 0, 0}},
		{`{"name": "xpu:0 Intel(R) Arc(TM) A770 Graphics", "type": "xpu", "index": 0}`, "2.9.1+xpu", Device{"xpu", "Intel(R) Arc(TM) A770 Graphics", 0, 0}},
		{`{"name": "npu:3 Ascend910B", "type": "npu"}`, "", Device{"npu", "Ascend910B", 3, 0}},
		{`{"name": "cpu", "type": "cpu", "index": null}`, "2.9.1+cpu", Device{"cpu", "", -1, 0}},
		{`{"name": "privateuseone", "type": "privateuseone"}`, "", Device{"directml", "", -1, 0}},
		{`{"name": "CUDA 0: NVIDIA A10G", "type": "cuda"}`, "", Device{"cuda", "NVIDIA A10G", 0, 0}},
		{`{"name": "CUDA cuda:1: NVIDIA A10G", "type": "cuda"}`, "", Device{"cuda", "NVIDIA A10G", 1, 0}},
		{`{"name": "cuda:0 NVIDIA GeForce RTX 4090 : ", "type": "cuda"}`, "", Device{"cuda", "NVIDIA GeForce RTX 4090", 0, 0}},
		{`{"name": "cuda NVIDIA L4", "type": "cuda", "index": 2}`, "", Device{"cuda", "NVIDIA L4", 2, 0}},
		{`{"name": "NVIDIA GB10", "type": "cuda", "index": 0}`, "", Device{"cuda", "NVIDIA GB10", 0, 0}},
		{`{"name": "nvidia l4", "type": "cuda"}`, "", Device{"cuda", "nvidia l4", -1, 0}},
		{`{"name": "cuda:0 NVIDIA Quadro RTX 5000 with Max-Q Design : cudaMallocAsync"}`, "", Device{"cuda", "NVIDIA Quadro RTX 5000 with Max-Q Design", 0, 0}},
		{`{"name": "meta:0 thing", "type": "meta"}`, "", Device{"meta", "thing", 0, 0}},
		{`{}`, "", Device{Index: -1}},
	} {
		t.Run(tt.entry, func(t *testing.T) {
			s, err := parseStats([]byte(`{"system": {"pytorch_version": "` + tt.torch + `"}, "devices": [` + tt.entry + `]}`))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]Device{tt.want}, s.Devices); diff != "" {
				t.Errorf("- want + got\n%s", diff)
			}
		})
	}
}

func TestStatsPaths(t *testing.T) {
	for _, tt := range []struct {
		name, path, serves string
		asked              []string
	}{
		{"plain", "", "/system_stats", []string{"/system_stats"}},
		{"with a slash", "/", "/system_stats", []string{"/system_stats"}},
		{"from the browser", "/?x=1#wan", "/system_stats", []string{"/system_stats?x=1"}},
		{"behind a prefix", "/comfy/", "/comfy/system_stats", []string{"/comfy/system_stats"}},
		{"the answer's own address", "/system_stats", "/system_stats", []string{"/system_stats"}},
		{"its other address", "/api/system_stats", "/system_stats", []string{"/system_stats"}},
		{"the interface answers there", "", "/api/system_stats", []string{"/system_stats", "/api/system_stats"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var asked []string
			server := answers(t, func(w http.ResponseWriter, r *http.Request) {
				asked = append(asked, r.URL.RequestURI())
				if r.URL.Path == tt.serves {
					io.WriteString(w, withVersions)
					return
				}
				io.WriteString(w, "<!doctype html>")
			})
			s, err := Stats(t.Context(), server+tt.path)
			if err != nil {
				t.Fatal(err)
			}
			if s.Torch != "2.9.1" {
				t.Errorf("got torch %q", s.Torch)
			}
			if diff := cmp.Diff(tt.asked, asked); diff != "" {
				t.Errorf("asked: - want + got\n%s", diff)
			}
		})
	}
}

// endless is a body without an end.
func endless(w http.ResponseWriter, r *http.Request) {
	line := []byte(strings.Repeat(" ", 1<<16))
	for r.Context().Err() == nil {
		if _, err := w.Write(line); err != nil {
			return
		}
	}
}

// dripping is a body that comes so slowly that it has no end either.
func dripping(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		io.WriteString(w, " ")
		w.(http.Flusher).Flush()
		time.Sleep(time.Millisecond)
	}
}

func TestStatsRefuses(t *testing.T) {
	other := answers(t, func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("%s was asked on another server", r.URL)
	})
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		says    string
	}{
		{"a gigabyte", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1073741824")
			endless(w, r)
		}, "more than 1 MiB"},
		{"a body without end", endless, "more than 1 MiB"},
		{"a body that drips", dripping, "took longer than"},
		{"silence", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "took longer than"},
		{"headers without end", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", 1<<20))
			io.WriteString(w, withVersions)
		}, "more than 64 KiB of headers"},
		{"another server", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other+"/system_stats", http.StatusFound)
		}, fmt.Sprintf("on to %q, which is not followed", other+"/system_stats")},
		{"another scheme", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://"+r.Host+"/system_stats", http.StatusMovedPermanently)
		}, `on to "https://`},
		{"a file", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(302)
		}, `on to "file:`},
		{"a name with escape sequences", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "http://x%1b[2J.example/")
			w.WriteHeader(302)
		}, "invalid"},
		{"another place on the same server", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://me:secret@"+r.Host+"/login?token=hidden", http.StatusFound)
		}, `/login", which is not followed`},
		{"a login", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(401) }, "wants a login"},
		{"not found", http.NotFound, "status 404"},
		{"an error", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500) }, "status 500"},
		{"broken", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(502) }, "status 502"},
		{"a page", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "<html>") }, "not JSON"},
		{"nothing", func(w http.ResponseWriter, r *http.Request) {}, "not JSON"},
		{"half an answer", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, withVersions[:100]) }, "not JSON"},
		{"a list", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "[1]") }, "neither system nor devices"},
		{"another program's answer", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, `{"system": "ok"}`) }, "neither system nor devices"},
		{"brackets without end", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, strings.Repeat("[", 1<<19)) }, "not JSON"},
		{"packed, unasked", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, "\x1f\x8b\x08\x00")
		}, "not JSON"},
		{"cut off", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "5000")
			io.WriteString(w, "{")
		}, "hung up"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			begun, patience := time.Now(), time.Minute
			if strings.HasPrefix(tt.says, "took longer") {
				patience = 200 * time.Millisecond
			}
			s, err := ask(t.Context(), answers(t, tt.handler), patience)
			if err == nil {
				t.Fatalf("got %+v, want an error", s)
			}
			if !strings.Contains(err.Error(), tt.says) || strings.ContainsAny(err.Error(), "\x1b\n") {
				t.Errorf("got %q, want %q in it and no control characters", err, tt.says)
			}
			if took := time.Since(begun); took > 30*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestStatsAddresses(t *testing.T) {
	for _, address := range []string{"", "127.0.0.1:8188", "localhost:8188", "ftp://host/", "file:///etc/passwd", "http://", "http:///x", "unix:/run/x", "http://[::1", "http://host:port", "/models"} {
		t.Run(address, func(t *testing.T) {
			if _, err := Stats(t.Context(), address); err == nil || !strings.Contains(err.Error(), "want one such as http://127.0.0.1:8188") {
				t.Errorf("got %v, want how an address looks", err)
			}
		})
	}
}

func TestStatsSecrets(t *testing.T) {
	login := ""
	server := answers(t, func(w http.ResponseWriter, r *http.Request) {
		name, password, _ := r.BasicAuth()
		login = name + ":" + password + " " + r.URL.Query().Get("token")
		if r.URL.Query().Get("token") != "" {
			http.NotFound(w, r)
			return
		}
		io.WriteString(w, first2023)
	})
	address := strings.Replace(server, "http://", "http://me:secret@", 1)
	s, err := Stats(t.Context(), address)
	if err != nil || strings.Contains(s.Source, "secret") {
		t.Errorf("got %+v, %v, want no password in the source", s, err)
	}
	_, err = Stats(t.Context(), address+"?token=hidden")
	if err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "hidden") {
		t.Errorf("got %v, want an error without secrets", err)
	}
	if login != "me:secret hidden" {
		t.Errorf("the server saw %q", login)
	}
}

func TestStatsWithoutServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip("no network here: ", err)
	}
	address := "http://" + listener.Addr().String()
	listener.Close()
	if _, err := Stats(t.Context(), address); err == nil || !strings.Contains(err.Error(), address) || !strings.Contains(err.Error(), "start ComfyUI") {
		t.Errorf("got %v, want the address and that nothing answers", err)
	}
}

func TestStatsIsCancelled(t *testing.T) {
	asked := make(chan struct{})
	server := answers(t, func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		<-r.Context().Done()
	})
	stop := errors.New("the user has had enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		<-asked
		cancel(stop)
	}()
	if _, err := Stats(ctx, server); !errors.Is(err, stop) {
		t.Errorf("got %v, want %v", err, stop)
	}
}

func TestTroubleNamesTheHost(t *testing.T) {
	err := trouble(fmt.Errorf("dial: %w", &net.DNSError{Name: "comfy.invalid", IsNotFound: true}))
	if !strings.Contains(err.Error(), `no computer called "comfy.invalid"`) {
		t.Errorf("got %v", err)
	}
}

func FuzzParseStats(f *testing.F) {
	for _, text := range []string{first2023, withSystem, withVersions, newest, apple, `{"system":1,"devices":[{}]}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !json.Valid(text) {
			return
		}
		s, err := parseStats(text)
		if err != nil {
			return
		}
		if s.RAM < 0 || len(s.Devices) > maxDevices || len(s.Args) > maxArgs {
			t.Fatalf("got %+v", s)
		}
		if mode := s.VRAMMode(); (mode.Mode == "") != (mode.Why != "") || strings.ContainsRune(mode.Why, '\x1b') {
			t.Fatalf("got %+v", mode)
		}
		for _, d := range s.Devices {
			if d.Memory < 0 || d.Memory > maxMemory || d.Index < -1 || len(d.Name) > maxText {
				t.Fatalf("got %+v", d)
			}
		}
	})
}
