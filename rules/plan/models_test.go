package plan

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/detect/modelfile"
)

// weights are those of a model by name, with a module if one is named.
func weights(t testing.TB, model, module, dtype string) Weights {
	t.Helper()
	var w Weights
	for i, name := range []string{model, module} {
		if name == "" {
			continue
		}
		m, ok := lookup(name)
		if !ok {
			t.Fatalf("no model %q", name)
		}
		one, err := m.Weights(Dtype(dtype))
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			w = one
		} else {
			w = w.Add(one)
		}
	}
	return w
}

// TestTable reads every line strictly.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for line := range lines() {
		var m Model
		d := json.NewDecoder(strings.NewReader(line))
		d.DisallowUnknownFields()
		if err := d.Decode(&m); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if diff := cmp.Diff(m, decode(line), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s is read otherwise by encoding/json (-) and decode (+):\n%s", m.Name, diff)
		}
		if seen[m.Name] || m.Name == "" || m.Family == "" || m.Dim == 0 || m.FFN == 0 || m.Dim%m.Heads != 0 || m.Stride != 8 && m.Stride != 16 {
			t.Errorf("line of %q: %+v", m.Name, m)
		}
		seen[m.Name] = true
		if !m.Module && (m.Blocks == 0 || m.Block.Count() == 0 || m.Outside.Count() == 0) {
			t.Errorf("%s has no blocks", m.Name)
		}
		if got, ok := lookup(m.Name); !ok || got.Name != m.Name {
			t.Errorf("%s is not found", m.Name)
		}
	}
	if !json.Valid([]byte(table)) || len(seen) < 40 {
		t.Errorf("the table is no JSON array of %d models", len(seen))
	}
}

// TestBytes compares bytes with sums that were made by building the wrapper's modules, in MiB.
func TestBytes(t *testing.T) {
	for _, tt := range []struct {
		model                   string
		dtype                   Dtype
		largest, blocks, others float64
	}{
		{"wan2.1-t2v-1.3b", "bf16", 88.58, 2657.4, 49.4},
		{"wan2.1-t2v-14b", "fp32", 1340.46, 53618.5, 887.8},
		{"wan2.1-t2v-14b", "Q4_K_M", 218.96, 8758.5, 444.5},
		{"wan2.1-t2v-14b", "Q4_K_S", 197.11, 7884.3, 444.5},
		{"wan2.1-t2v-14b", "Q4_0", 192.89, 7715.5, 444.5},
		{"wan2.1-t2v-14b", "Q2_K", 115.23, 4609.3, 444.5},
		{"wan2.2-animate-14b", "bf16", 970.3, 32410.7, 583.8},
		{"wan2.2-animate-14b", "e4m3fn_scaled", 585.3, 17010.7, 583.8}, // with the face and motion encoders,
		{"wan2.2-s2v-14b", "e5m2", 335.23, 13409.3, 2473},
		{"wan2.2-s2v-14b", "Q8_0", 356.17, 14246.8, 4273.1},
		{"longcat-video-13.6b", "e4m3fn", 281.13, 13494, 74.3},
		{"humo-17b", "e4m3fn", 450.34, 18013.6, 536.3},
		{"skyreels-v3-a2v-19b", "Q4_K_M", 279.52, 11180.7, 461.7},
		{"skyreels-v2-df-14b", "e4m3fn", 335.23, 13409.3, 619.6},
		{"lynx-full-14b", "Q3_K_S", 344.37, 13774.9, 444.5},
		{"ovi-11b", "bf16", 696.36, 20890.8, 1352.5},
	} {
		w := weights(t, tt.model, "", string(tt.dtype))
		for what, pair := range map[string][2]float64{
			"largest block": {mib(w.BlockBytes()), tt.largest}, "blocks": {mib(sum(w.Blocks)), tt.blocks}, "outside": {mib(w.Outside), tt.others},
		} {
			if math.Abs(pair[0]/pair[1]-1) > 0.001 && math.Abs(pair[0]-pair[1]) > 0.4 {
				t.Errorf("%s as %s, %s: %.2f MiB, want %.2f", tt.model, tt.dtype, what, pair[0], pair[1])
			}
		}
	}
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

func TestWeightsErrors(t *testing.T) {
	m, _ := lookup("wan2.1-t2v-14b")
	if _, err := m.Weights("Q9"); err == nil || !strings.Contains(err.Error(), `unknown dtype "Q9"`) {
		t.Errorf("got %v", err)
	}
	if _, err := (Model{Name: "one-to-all"}).Weights("bf16"); err == nil || !strings.Contains(err.Error(), "not in the table") {
		t.Errorf("got %v", err)
	}
}

func TestAdd(t *testing.T) {
	for _, tt := range []struct {
		model, whole, dtype string
		modules             []string
	}{
		{"wan2.1-t2v-14b", "wan2.1-vace-14b", "bf16", []string{"vace-module-14b"}},
		{"wan2.1-i2v-14b", "skyreels-v3-a2v-19b", "e4m3fn", []string{"multitalk-module"}},
		{"wan2.1-t2v-14b", "mtv-crafter-14b", "e4m3fn", []string{"mtv-crafter-module"}},
		{"wan2.1-t2v-14b", "lynx-full-14b", "fp16", []string{"lynx-full-ref-module", "lynx-full-ip-module"}},
		{"wan2.1-t2v-14b", "lynx-lite-14b", "fp16", []string{"lynx-lite-ip-module"}},
		{"ovi-video-5b", "ovi-11b", "bf16", []string{"ovi-audio-module"}},
	} {
		t.Run(tt.whole, func(t *testing.T) {
			joined := weights(t, tt.model, "", tt.dtype)
			for _, module := range tt.modules {
				joined = joined.Add(weights(t, module, "", tt.dtype))
			}
			whole := weights(t, tt.whole, "", tt.dtype)
			if joined.total() != whole.total() || len(joined.VACE) != len(whole.VACE) || joined.BlockBytes() != whole.BlockBytes() {
				t.Errorf("model and modules are %d bytes, the whole %d", joined.total(), whole.total())
			}
		})
	}
}

func TestByName(t *testing.T) {
	for file, want := range map[string]string{
		`Wan2.2\Wan2_2-I2V-A14B-HIGH_fp8_e4m3fn_scaled_KJ.safetensors`:  "wan2.2-i2v-14b",
		"wan2.2_i2v_low_noise_14B_fp8_scaled.safetensors":               "wan2.2-i2v-14b",
		"wan2.1-i2v-14b-480p-Q4_K_M.gguf":                               "wan2.1-i2v-14b",
		"Wan2_1-T2V-1_3B_bf16.safetensors":                              "wan2.1-t2v-1.3b",
		"Wan2_1-VACE_module_1_3B_bf16.safetensors":                      "vace-module-1.3b",
		"Wan2_1-InfiniTetalk-Single_fp16.safetensors":                   "multitalk-module",
		"Wan2_1_MTV-Crafter_motion_adapter_bf16.safetensors":            "mtv-crafter-module",
		"Wan2_1-T2V-Lynx_full_ref_layers_fp16.safetensors":              "lynx-full-ref-module",
		"Wan2_1-T2V-Lynx_lite_ip_layers_fp16.safetensors":               "lynx-lite-ip-module",
		"Wan2_1_FlashVSR_LQ_proj_model_bf16.safetensors":                "flashvsr-module",
		"Wan2_1-T2V-1_3B_FlashVSR_fp32.safetensors":                     "flashvsr-1.3b",
		"Wan_2_1_Ovi_video_model_bf16.safetensors":                      "ovi-video-5b",
		"Wan_2_1_Ovi_audio_model_bf16.safetensors":                      "ovi-audio-module",
		"Wan2_1-SkyReels-V2-DF-1_3B-540P_fp32.safetensors":              "skyreels-v2-df-1.3b",
		"Wan14BT2VFusioniX_fp16_.safetensors":                           "wan2.1-t2v-14b",
		"Wan2_1_mocha-14B-preview_fp8_e4m3fn_scaled_KJ.safetensors":     "mocha-14b",
		"Wan21-14B-SCAIL-preview_comfy_bf16.safetensors":                "scail-14b",
		"Wan2_2-TI2V-5B-Turbo_fp8_e5m2.safetensors":                     "wan2.2-ti2v-5b",
		"Wan2_2-Fun-Control-A14B-HIGH_fp8_e4m3fn_scaled_KJ.safetensors": "wan2.2-fun-14b-control",
		"flux1-dev.safetensors":                                         "",
		"wan2.1_diffusion_model.safetensors":                            "",
	} {
		if m, _ := ByName(file); m.Name != want {
			t.Errorf("%s: got %q, want %q", file, m.Name, want)
		}
	}
}

func TestGGUFKind(t *testing.T) {
	for file, want := range map[string]Dtype{
		"wan2.1-t2v-14b-Q4_K_M.gguf": "Q4_K_M", "wan2.2-14b-i2v-q4ks.gguf": "Q4_K_S", "Wan21_Phantom_14B_GGUF_Q8.gguf": "Q8_0",
		"Wan2.2-Animate-14B-Q4_K.gguf": "Q4_K_M", "a-Q5_1.gguf": "Q5_1", "a-q6_k.gguf": "Q6_K", "Wan2.2-TI2V-5B.gguf": "",
	} {
		if got := GGUFKind(file); got != want {
			t.Errorf("%s: got %q, want %q", file, got, want)
		}
	}
}

// TestByHeader tells models of the same tensors apart by name.
func TestByHeader(t *testing.T) {
	h := &modelfile.Header{Kind: modelfile.Diffusion, Family: "t2v", Dim: 5120}
	for file, want := range map[string]string{
		"a.safetensors": "wan2.1-t2v-14b", "MoCha-14B.safetensors": "mocha-14b", "Wan2_2-T2V-A14B-LOW.safetensors": "wan2.2-t2v-14b",
		"Wan2_1-VACE-14B.safetensors": "wan2.1-t2v-14b", // a name has no say against a header
	} {
		if m, _ := ByHeader(h, file); m.Name != want {
			t.Errorf("%s: got %q, want %q", file, m.Name, want)
		}
	}
	other := &modelfile.Header{Kind: modelfile.Diffusion, Family: "one-to-all", Dim: 5120, FFN: 13824, Blocks: make([]int64, 40)}
	if m, ok := ByHeader(other, ""); !ok || m.Heads != 40 || m.Blocks != 40 {
		t.Errorf("got %+v", m)
	}
	if _, ok := ByHeader(&modelfile.Header{Kind: modelfile.VAE, Dim: 96}, ""); ok {
		t.Error("a VAE is no model")
	}
}

// TestFromHeader casts what the loader casts.
func TestFromHeader(t *testing.T) {
	m, _ := lookup("wan2.1-t2v-14b")
	header := func(dtype string, size int64, plainOutside int64) *modelfile.Header {
		h := &modelfile.Header{Format: modelfile.Safetensors, Kind: modelfile.Diffusion, Family: "t2v", Dim: 5120, FFN: 13824, Modulation: "BF16",
			Linears: map[string]modelfile.Tally{dtype: {Tensors: 400, Bytes: 40 * m.Block.quantizable() * size}}, Outside: m.Outside.Count() * plainOutside}
		for range 40 {
			h.Blocks = append(h.Blocks, m.Block.quantizable()*size+(m.Block.Base+m.Block.Norm)*plainOutside)
		}
		h.Weights = map[string]string{"BF16": "bf16", "F8_E4M3": "e4m3fn", "F32": "fp32"}[dtype]
		h.Bytes = sum(h.Blocks) + h.Outside
		return h
	}
	for _, tt := range []struct {
		name string
		h    *modelfile.Header
		load Load
		want Dtype
	}{
		{"bf16 as it is", header("BF16", 2, 2), Load{Base: "bf16"}, "bf16"},
		{"bf16 to fp8", header("BF16", 2, 2), Load{Quantization: "e5m2", Base: "bf16"}, "e5m2"},
		{"fp8 as it is", header("F8_E4M3", 1, 2), Load{Base: "fp16"}, "e4m3fn"},
		{"fp32 to 16 bit", header("F32", 4, 4), Load{Base: "fp16"}, "fp16"},
	} {
		got, want := FromHeader(m, tt.h, tt.load), weights(t, m.Name, "", string(tt.want))
		if off := float64(got.total())/float64(want.total()) - 1; math.Abs(off) > 0.001 || got.Dtype != tt.want || got.File != tt.h.Bytes {
			t.Errorf("%s: %s of %d bytes (%+.3f %%), want %s", tt.name, got.Dtype, got.total(), 100*off, tt.want)
		}
	}
}

// TestHeaderStays leaves alone what the loader does not cast: GGUF, and scaled files unless a LoRA is
// merged into them.
func TestHeaderStays(t *testing.T) {
	m, _ := lookup("wan2.1-t2v-14b")
	h := &modelfile.Header{Format: modelfile.GGUF, Kind: modelfile.Diffusion, Family: "t2v", Dim: 5120, Weights: "gguf", Modulation: "F32",
		Linears: map[string]modelfile.Tally{"Q4_K": {Bytes: 3}, "Q6_K": {Bytes: 2}}, Blocks: []int64{100, 100}, Outside: 50}
	w := FromHeader(m, h, Load{Quantization: "e4m3fn"})
	if w.Dtype != "Q4_K" || sum(w.Blocks) != 200 || w.Outside != 50+2*m.Outside.FP32 || w.FP32Norms != Yes || w.Model.Blocks != 2 {
		t.Errorf("got %s of %d bytes and %d", w.Dtype, sum(w.Blocks), w.Outside)
	}
	h.Linears = map[string]modelfile.Tally{"F16": {Bytes: 1}}
	if w := FromHeader(m, h, Load{}); !w.Dtype.GGUF() {
		t.Errorf("got %s for GGUF in 16 bit", w.Dtype)
	}

	values := m.Block.quantizable()
	h = &modelfile.Header{Kind: modelfile.Diffusion, Family: "t2v", Dim: 5120, Weights: "e4m3fn", Scaled: true,
		Linears: map[string]modelfile.Tally{"F8_E4M3": {Bytes: values}}, Blocks: []int64{values + 100}}
	if w := FromHeader(m, h, Load{Quantization: "e5m2"}); w.Dtype != "e4m3fn_scaled" || w.Blocks[0] != values+100 {
		t.Errorf("got %s of %d bytes", w.Dtype, w.Blocks[0])
	}
	if w := FromHeader(m, h, Load{Quantization: "bf16"}); w.Dtype != "bf16" || w.Blocks[0] < 2*values {
		t.Errorf("merged: got %s of %d bytes", w.Dtype, w.Blocks[0])
	}
}

// lookup finds a model by its name in the table, such as "wan2.2-i2v-14b".
func lookup(name string) (Model, bool) {
	for line := range lines() {
		if gjson.Get(line, "name").Str == name {
			return decode(line), true
		}
	}
	return Model{}, false
}
