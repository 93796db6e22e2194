package main

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// expected is what a command in the docs does. One that is not named in expectations ends with
// exit code 0.
type expected struct {
	exit   int
	card   bool           // exit code 0 or 1, as this computer has a card or none
	needs  string         // a program that may be missing here
	makes  map[string]int // patterns of files, and how many tuned workflows of the tree they hold then
	notRun string         // why no test runs it
}

// treeFiles are the workflows in the folder flows.
const treeFiles = 25

var expectations = map[string]expected{
	"sha256sum --check --ignore-missing checksums.txt":      {notRun: "needs the archives of a release"},
	"tar -xzf wanfix_*_linux_amd64.tar.gz wanfix":           {notRun: "needs the archives of a release"},
	"sudo install wanfix /usr/local/bin":                    {notRun: "changes the computer"},
	"go install github.com/wanfix/wanfix/cmd/wanfix@latest": {notRun: "needs the network"},
	"go test ./...": {notRun: "is what runs this"},

	"wanfix gpu":                   {card: true},
	"wanfix gpu --comfy ~/ComfyUI": {card: true},
	"wanfix check workflow.json --gpu 3090 --rules studio --select studio": {exit: exitRemains},
	"wanfix rules test slips":                                                                   {exit: exitUsage},
	"wanfix check *.json --gpu 3090":                                                            {exit: exitRemains},
	"wanfix -d workflow.json":                                                                   {exit: exitRemains},
	"wanfix check . --no-probe --format sarif > wanfix.sarif":                                   {exit: exitRemains},
	"wanfix check . --no-probe --output-file wanfix.sarif --output-file wanfix.md":              {exit: exitRemains},
	"wanfix check flows --gpu 3090,4090":                                                        {exit: exitRemains},
	"wanfix flows --gpu 3090,4090 -o 'tuned/{gpu}/{dir}/{name}.json'":                           {makes: map[string]int{"tuned/rtx-3090/*/*.json": treeFiles, "tuned/rtx-4090/*/*.json": 0}},
	"wanfix flows --gpu 3090 -o tuned/ -q":                                                      {makes: map[string]int{"tuned/*/*.json": treeFiles}},
	"wanfix flows --gpu 3090,4090 -o 'cards/{gpu}/' -q":                                         {makes: map[string]int{"cards/rtx-3090/*/*.json": treeFiles, "cards/rtx-4090/*/*.json": 0}},
	"find flows -name '*.json' -newer stamp | wanfix @- --gpu 3090 -w -q":                       {makes: map[string]int{"flows/*/*.json": treeFiles}},
	`xargs -d '\n' -n 500 -P 2 wanfix --gpu 3090 -w -q < names.txt`:                             {makes: map[string]int{"flows/*/*.json": treeFiles}},
	"parallel -S : --wd . --pipe -N 1000 wanfix @- --gpu 3090 -o tuned/ -q < names.txt":         {needs: "parallel", makes: map[string]int{"tuned/flows/*/*.json": treeFiles}},
	"wanfix --ndjson --gpu 3090 < lines.ndjson > answers.ndjson":                                {makes: map[string]int{"answers.ndjson": treeFiles}},
	`split -n l/4 --filter='wanfix --ndjson --gpu 3090 > "$FILE.ndjson"' lines.ndjson answers-`: {makes: map[string]int{"answers-a?.ndjson": treeFiles}},
}

// The languages of blocks: those whose commands are run, and those that hold none. A block in
// another is an error, lest commands are not run for its name.
var (
	ranLanguages   = []string{"sh", "console"}
	shownLanguages = []string{"diff", "json", "yaml", "python", "text", "markdown"}
)

// TestDocs runs every command in README.md, its translation and docs. Each sh block begins in a
// folder of its own. The console blocks of a page are one session, and show what is printed;
// with -update that is written anew. A markdown block that names a file is saved as that.
func TestDocs(t *testing.T) {
	tr := newTree(t, treeFiles)
	met := map[string]bool{}
	ran := 0
	for _, name := range docs(t) {
		for _, block := range readPage(t, name).blocks {
			for _, command := range block.commands() {
				met[command] = true
			}
		}
		t.Run(filepath.Base(name), func(t *testing.T) {
			page := readPage(t, name)
			for _, prose := range page.prose {
				if indented := regexp.MustCompile(`(?m)^(    |\t)\s*wanfix .*$`).FindString(prose); indented != "" {
					t.Errorf("a command stands in no block: %s", indented)
				}
			}
			session := tr.prepare(t, page.text())
			for i := range page.blocks {
				block := &page.blocks[i]
				language, file, _ := strings.Cut(block.info, " ")
				switch {
				case language == "markdown" && file != "":
					write(t, session, map[string]string{file: block.text})
					write(t, session, map[string]string{"slips/" + filepath.Base(file): strings.NewReplacer(
						`"loader.base_precision"`, `"loader.base_precison"`, `{"<=": 24}`, `{"<=": "24"}`).Replace(block.text)})
				case language == "console":
					var now strings.Builder
					for _, command := range block.commands() {
						ran++
						printed := tr.try(t, session, command)
						now.WriteString("$ " + command + "\n" + strings.TrimLeft(printed, "\n"))
					}
					if diff := cmp.Diff(block.text, now.String()); diff != "" && !*update {
						t.Errorf("line %d: another output is shown (-shown +now), go test ./cmd/wanfix -update mends it:\n%s", block.line, diff)
					}
					block.text = now.String()
				case language == "sh":
					folder := tr.prepare(t, block.text)
					for _, command := range block.commands() {
						if expectations[command].notRun == "" {
							ran++
						}
						tr.try(t, folder, command)
					}
				case !slices.Contains(shownLanguages, language):
					t.Errorf("line %d: a block in %q: commands stand in %q, what is no command in %q", block.line, language, ranLanguages, shownLanguages)
				}
			}
			if *update {
				page.write(t)
			}
		})
	}
	notRun := 0
	for _, command := range slices.Sorted(maps.Keys(expectations)) {
		if !met[command] {
			t.Errorf("no page has the command %q any more", command)
		}
		if why := expectations[command].notRun; why != "" {
			notRun++
			t.Logf("not run: %s: it %s", command, why)
		}
	}
	t.Logf("%d commands are run, %d are not", ran, notRun)
}

// TestTranslation holds the translated README to the commands, examples and outputs of the other.
func TestTranslation(t *testing.T) {
	var here, there []string
	for _, block := range readPage(t, "../../README.md").blocks {
		here = append(here, block.info+"\n"+uncommented(block.text))
	}
	for _, block := range readPage(t, "../../README.zh-CN.md").blocks {
		there = append(there, block.info+"\n"+uncommented(block.text))
	}
	if diff := cmp.Diff(here, there); diff != "" {
		t.Errorf("the blocks of README.zh-CN.md are not those of README.md, comments apart (-README.md +README.zh-CN.md):\n%s", diff)
	}
}

func docs(t *testing.T) []string {
	t.Helper()
	readmes, err := filepath.Glob("../../README*.md")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	return append(readmes, pages...)
}

// prepare makes a folder to try commands in, with what they name.
func (tr *tree) prepare(t *testing.T, commands string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	if strings.Contains(commands, "testdata/") {
		if err := os.CopyFS(filepath.Join(folder, "testdata"), os.DirFS("../../testdata")); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(commands, "flows") {
		if err := os.CopyFS(filepath.Join(folder, "flows"), os.DirFS(tr.folder)); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(commands, "lines.ndjson") {
		tr.writeLines(t, folder)
	}
	for name, text := range map[string]string{
		".wanfix.json":     `{"gpu": "3090"}`,
		"workflow.json":    string(tr.old),
		"result.png":       picture(map[string]string{"workflow": string(tr.old)}),
		"stamp":            "",
		"object_info.json": `{"WanVideoDecode": {"input": {"required": {"vae": ["WANVAE"], "samples": ["LATENT"]}}, "output": ["IMAGE"]}}`,
	} {
		if name == "workflow.json" || name == ".wanfix.json" || strings.Contains(commands, name) {
			write(t, folder, map[string]string{name: text})
		}
	}
	write(t, folder, map[string]string{".home/ComfyUI/main.py": "", ".home/ComfyUI/models/keep": "", ".home/big/models/keep": ""})
	return folder
}

// try runs a command and looks at its exit code and at what it has made. It returns what is printed.
func (tr *tree) try(t *testing.T, folder, command string) (printed string) {
	t.Helper()
	want := expectations[command]
	if want.notRun != "" {
		return ""
	}
	if want.needs != "" {
		if _, err := exec.LookPath(want.needs); err != nil {
			t.Logf("not run: %s: there is no %s here", command, want.needs)
			return ""
		}
	}
	// The sources are built already: as this test.
	command = strings.Replace(command, "go run ./cmd/wanfix ", "wanfix ", 1)
	if strings.Contains(command, comfyAddress) {
		command = strings.Replace(command, comfyAddress, runningComfy(t), 1)
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
	cmd.Dir = folder
	cmd.Env = append(cmd.Environ(), "GOCOVERDIR="+t.TempDir(), "HOME="+filepath.Join(folder, ".home"))
	out, err := cmd.CombinedOutput()
	exit := cmd.ProcessState.ExitCode()
	if exit != want.exit && (!want.card || exit != exitRemains) {
		t.Errorf("%s: exit code %d, want %d: %v\n%s", command, exit, want.exit, err, out)
	}
	for _, pattern := range slices.Sorted(maps.Keys(want.makes)) {
		if got := tr.count(t, filepath.Join(folder, pattern)); got != want.makes[pattern] {
			t.Errorf("%s: %s: %d tuned, want %d", command, pattern, got, want.makes[pattern])
		}
	}
	return string(out)
}

// comfyAddress is where the docs have a running ComfyUI.
const comfyAddress = "http://127.0.0.1:8188"

// runningComfy is the address of one that tells of its machine and of no nodes.
func runningComfy(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/system_stats" {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, `{"system": {"os": "linux", "pytorch_version": "2.9.1+cu128"},
			"devices": [{"name": "cuda:0 NVIDIA GeForce RTX 3090 : cudaMallocAsync", "type": "cuda", "index": 0, "vram_total": 25756696576}]}`)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
