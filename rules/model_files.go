package rules

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/workflows"
)

// ModelFile is a file of weights that a workflow loads.
type ModelFile struct {
	// Folder is ComfyUI's name for the folder it is looked for in, such as "diffusion_models"; ""
	// is not known.
	Folder string
	// Name is the file's, with slashes between folders.
	Name string
	// Bytes is how much data its header tells of; 0 is not known.
	Bytes int64
}

// folders are where ComfyUI looks for the files of what a node gives, or what plays a role.
var folders = map[string]string{
	takesModel: modelsKind, "extra": modelsKind, "multitalk": modelsKind, "fantasytalking": modelsKind, "fantasyportrait": modelsKind,
	"controlnet": "controlnet", takesT5: textEncodersKind, givesText: textEncodersKind,
	roleCLIP: clipKind, roleVAE: vaeKind, "lora": "loras",
}

// modelEndings are what the names of files with weights end in.
var modelEndings = []string{".safetensors", ".gguf", ".sft", ".pt", ".pth", ".ckpt", ".bin", ".onnx"}

// ModelFiles are the files of weights that the active nodes of a part load, each once, by folder
// and name. Of a class of which nobody has told where it names files, every text counts that looks
// like the name of one.
func ModelFiles(part *workflows.Part, machine *detect.Machine) []ModelFile {
	found := map[ModelFile]bool{}
	for _, run := range part.Runs {
		if !run.Active() || run.Instance() || run.Home.Role() == roleNote {
			continue
		}
		for _, name := range filesOf(run) {
			file := ModelFile{Name: strings.ReplaceAll(name, `\`, "/")}
			if class := run.Home.Signature; class != nil {
				file.Folder = folders[class.Gives]
			}
			if file.Folder != "" && machine.Models != nil {
				if header, _, err := machine.Models.Header(file.Folder, name); err == nil {
					file.Bytes = header.Bytes
				}
			}
			found[file] = true
		}
	}
	placed := map[string]bool{}
	for file := range found {
		placed[file.Name] = placed[file.Name] || file.Folder != ""
	}
	maps.DeleteFunc(found, func(file ModelFile, _ bool) bool { return file.Folder == "" && placed[file.Name] }) // a constant's
	return slices.SortedFunc(maps.Keys(found), func(a, b ModelFile) int {
		return cmp.Or(strings.Compare(a.Folder, b.Folder), strings.Compare(a.Name, b.Name))
	})
}

// filesOf are the names of the files that a node loads: what its class calls files, or else what
// looks like the name of one.
func filesOf(run *workflows.Run) (names []string) {
	class := run.Home.Signature
	if class != nil && run.Home.Role() == roleList && class.Gives == "lora" {
		return loraFiles(run)
	}
	told := false
	if class != nil {
		for field := range class.Fields {
			if _, ok := cutRow(field); !ok {
				continue
			}
			told = true
			if name, _ := fieldOf(run, field).Value.(string); name != "" && name != noFile {
				names = append(names, name)
			}
		}
	}
	if told {
		return names
	}
	for text := range run.Home.Texts() {
		if namesModel(text) {
			names = append(names, text)
		}
	}
	return names
}

func namesModel(text string) bool {
	lower := strings.ToLower(text)
	return !strings.Contains(text, "\n") && slices.ContainsFunc(modelEndings, func(end string) bool { return strings.HasSuffix(lower, end) })
}
