package rules_test

import (
	"strings"
	"testing"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/rules"
)

// TestSize asks how large the video is that a sampler works on: "832" is known, "<=832"
// is the most that it can be, anything else the reason why nothing is known.
func TestSize(t *testing.T) {
	const (
		loader  = "1 WanVideoModelLoader model=a.safetensors"
		sampler = "9 WanVideoSampler model=#1 image_embeds=#8"
		empty   = "8 WanVideoEmptyEmbeds width=832 height=480 num_frames=81"
	)
	resized := func(resize string) []string {
		return []string{loader, sampler, "8 WanVideoImageToVideoEncode width=#7.1 height=#7.2 num_frames=81", resize}
	}
	for _, tt := range []struct {
		name                           string
		graph                          []string
		width, height, frames, latents string
	}{
		{"written at the node", []string{loader, sampler, empty}, "832", "480", "81", "21"},
		{"given by constants", []string{loader, sampler, "8 WanVideoEmptyEmbeds width=#2 height=480 num_frames=#3", "2 INTConstant value=640", "3 INTConstant value=33"},
			"640", "480", "33", "9"},
		{"the defaults", []string{loader, sampler, "8 WanVideoImageToVideoEncode width=832 height=480 num_frames=1"}, "832", "480", "1", "1"},
		{"a picture that is resized", resized("7 ImageResizeKJv2 width=720 height=1280 keep_proportion=resize"), "<=720", "<=1280", "81", "21"},
		{"a picture that is cut to size", resized("7 ImageResizeKJv2 width=720 height=1280 keep_proportion=crop divisible_by=32 upscale_method=lanczos"), "704", "1280", "81", "21"},
		{"a picture that is stretched to any size", resized("7 ImageResizeKJ width=725 height=1280 keep_proportion=false divisible_by=0"), "725", "1280", "81", "21"},
		{"a method that rounds on its own", resized("7 ImageResizeKJv2 width=724 height=1280 keep_proportion=crop upscale_method=nvidia_rtx_vsr"), "<=724", "<=1280", "81", "21"},
		{"as large as another that is cut to size", append(resized("7 ImageResizeKJv2 width=#5.1 height=#5.2 keep_proportion=crop divisible_by=16 upscale_method=lanczos"),
			"5 ImageResizeKJv2 width=725 height=1280 keep_proportion=crop divisible_by=2 upscale_method=lanczos"), "720", "1280", "81", "21"},
		{"as large as another that keeps proportions", append(resized("7 ImageResizeKJv2 width=#5.1 height=#5.2 keep_proportion=crop upscale_method=lanczos"),
			"5 ImageResizeKJv2 width=720 height=1280 keep_proportion=resize"), "<=720", "<=1280", "81", "21"},
		{"as large as itself", resized("7 ImageResizeKJv2 width=#7.1 height=#7.2 keep_proportion=crop upscale_method=lanczos"), "computes the", "computes the", "81", "21"},
		{"the size of another picture", resized("7 ImageResizeKJ width=720 height=1280 get_image_size=#6"), "may make it larger", "may make it larger", "81", "21"},
		{"a picture of as many pixels", resized("7 ImageResizeKJv2 width=720 height=1280 keep_proportion=total_pixels"), "may make it larger", "may make it larger", "81", "21"},
		{"a side that follows from the other", resized("7 ImageResizeKJ width=720 height=0"), "<=720", "computes the height", "81", "21"},
		{"a size that is counted", []string{loader, sampler, "8 WanVideoImageToVideoEncode width=#6.1 height=#6.2 num_frames=#6.3", "6 GetImageSizeAndCount image=#7", "7 ImageResizeKJ width=720 height=400"},
			"<=720", "<=400", "computes the frames", "computes the frames"},
		{"a size that something computes", []string{loader, sampler, "8 WanVideoImageToVideoEncode width=#7.1 height=480 num_frames=81", "7 Unheard"}, "not written in the workflow", "480", "81", "21"},
		{"a picture is not its size", resized("7 GetImageSizeAndCount image=#6"), "not written in the workflow", "not written in the workflow", "81", "21"},
		{"windows", []string{loader, sampler + " context_options=#5", empty, "5 WanVideoContextOptions context_frames=41"}, "832", "480", "81", "11"},
		{"windows among extra arguments", []string{loader, "9 WanVideoSamplerv2 model=#1 image_embeds=#8 extra_args=#4", empty, "4 WanVideoSamplerExtraArgs context_options=#5", "5 WanVideoContextOptions context_frames=41"}, "832", "480", "81", "11"},
		{"extra arguments without windows", []string{loader, "9 WanVideoSamplerv2 model=#1 image_embeds=#8 extra_args=#4", empty, "4 WanVideoSamplerExtraArgs"}, "832", "480", "81", "21"},
		{"no extra arguments", []string{loader, "9 WanVideoSamplerv2 model=#1 image_embeds=#8", empty}, "832", "480", "81", "21"},
		{"extra arguments that nobody knows", []string{loader, "9 WanVideoSamplerv2 model=#1 image_embeds=#8 extra_args=#4", empty, "4 Unheard"}, "832", "480", "81", "#4 Unheard"},
		{"windows longer than the video", []string{loader, sampler + " context_options=#5", empty, "5 WanVideoContextOptions context_frames=161"}, "832", "480", "81", "21"},
		{"windows of a video of unknown length", []string{loader, sampler + " context_options=#5", "8 WanVideoEmptyEmbeds width=832 height=480 num_frames=#4", "4 Unheard", "5 WanVideoContextOptions context_frames=41"},
			"832", "480", "not written in the workflow", "<=11"},
		{"windows of unknown length", []string{loader, sampler + " context_options=#5", empty, "5 WanVideoContextOptions context_frames=#4", "4 Unheard"}, "832", "480", "81", "#5 WanVideoContextOptions"},
		{"a control picture is one more", []string{loader, sampler, "8 WanVideoAddControlEmbeds embeds=#7 fun_ref_image=#6", strings.Replace(empty, "8 ", "7 ", 1), "6 Unheard"}, "832", "480", "81", "22"},
		{"no control picture is none", []string{loader, sampler, "8 WanVideoAddControlEmbeds embeds=#7", strings.Replace(empty, "8 ", "7 ", 1)}, "832", "480", "81", "21"},
		{"a node that adds who knows how much", []string{loader, sampler, "8 WanVideoAddPusaNoise embeds=#7", strings.Replace(empty, "8 ", "7 ", 1)}, "832", "480", "81", "how much #8 WanVideoAddPusaNoise adds"},
		{"reference pictures", []string{loader, sampler, "8 WanVideoVACEEncode width=832 height=480 num_frames=81 ref_images=#7", "7 Unheard"}, "832", "480", "81", "how much ref_images of #8"},
		{"control embeds have no size", []string{loader, sampler, "8 WanVideoControlEmbeds latents=#7", "7 Unheard"}, "has no width", "has no height", "has no frames", "has no frames"},
		{"nothing is linked", []string{loader, "9 WanVideoSampler model=#1"}, "cannot be followed", "cannot be followed", "cannot be followed", "cannot be followed"},
		{"what nobody knows", []string{loader, sampler, "8 Unheard"}, "does not know what #8 Unheard gives", "does not know", "does not know", "does not know"},
		{"no sampler", []string{loader}, "no sampler", "no sampler", "no sampler", "no sampler"},
		{"a circle", []string{loader, sampler, "8 WanVideoAddControlEmbeds embeds=#8"}, "circle", "circle", "circle", "circle"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			stack := rules.Look(parseAPI(t, graph(tt.graph...))).Stacks[0]
			ask := rules.Builtin().Asker(stack, &detect.Machine{})
			for fact, want := range map[string]string{"width": tt.width, "height": tt.height, "frames": tt.frames, "latents": tt.latents} {
				exact, most := ask("size."+fact), ask("size.max_"+fact)
				got := exact.String()
				switch {
				case exact.Known() && most.Value != exact.Value:
					t.Errorf("%s is %v, but at most %v", fact, exact.Value, most.Value)
				case !exact.Known() && most.Known():
					got = "<=" + most.String()
				case !exact.Known() && strings.Contains(exact.Why, want) && want != "":
					got = want
				}
				if got != want {
					t.Errorf("%s is %q (%s), want %q", fact, got, exact.Why, want)
				}
			}
		})
	}
}
