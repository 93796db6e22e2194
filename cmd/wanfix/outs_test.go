package main

import (
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
)

func TestOutsOf(t *testing.T) {
	folder := t.TempDir()
	for _, tt := range []struct{ name, out, folder, template, fails string }{
		{"a folder", folder, folder, likeTheSource, ""},
		{"a folder to be", folder + "/new/", folder + "/new", likeTheSource, ""},
		{"a file", folder + "/a.json", "", "", ""},
		{"standard output", "-", "", "", ""},
		{"a template", "tuned/{gpu}/{name}.json", "tuned", "{gpu}/{name}.json", ""},
		{"a template at hand", "{name}-{gpu}.{ext}", ".", "{name}-{gpu}.{ext}", ""},
		{"a prefix", "../x/a-{dir}/{name}.json", "../x", "a-{dir}/{name}.json", ""},
		{"from the root", "/{name}.json", "/", "{name}.json", ""},
		{"an unknown placeholder", "a/{card}.json", "", "", "there is no placeholder {card}, only {gpu} {name} {dir} {ext}"},
		{"one that is not closed", "a/{name", "", "", "there is no placeholder {name, only"},
		{"up behind one", "a/{gpu}/../b", "", "", `want names of files and folders, found ".."`},
		{"a folder a card", "a/{gpu}/", "a", "{gpu}/" + likeTheSource, ""},
		{"a name left out", "a/{gpu}//{name}", "", "", `want names of files and folders, found ""`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, err := outsOf(tt.out)
			switch {
			case tt.fails != "":
				if err == nil || !strings.Contains(err.Error(), tt.fails) {
					t.Errorf("error %v, want %q", err, tt.fails)
				}
			case err != nil:
				t.Error(err)
			case tt.template == "":
				if o != nil {
					t.Errorf("got %+v, want one file", o)
				}
			case o == nil || filepath.ToSlash(o.folder) != filepath.ToSlash(tt.folder) || o.template != tt.template:
				t.Errorf("got %+v", o)
			}
		})
	}
}

func TestOutsName(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("some of the names do not exist")
	}
	card := &place{Machine: &detect.Machine{GPU: &gpu.GPU{Name: "../../NVIDIA \x1b[31mCON:/x"}}}
	nobody := &place{Machine: &detect.Machine{}}
	for _, tt := range []struct {
		name, template, below string
		on                    *place
		want, fails           string
	}{
		{"like the source", likeTheSource, "deep/er/a.JSON", card, "deep/er/a.JSON", ""},
		{"not deep", likeTheSource, "a.json", card, "a.json", ""},
		{"a picture", likeTheSource, "x/a.png", card, "x/a.png.json", ""},
		{"no ending", likeTheSource, "flow", card, "flow.json", ""},
		{"dots", likeTheSource, "...json", card, "...json", ""},
		{"a name with a placeholder", "{name}.json", "{gpu}{dir}.json", card, "{gpu}{dir}.json", ""},
		{"a card that would climb", "{gpu}/{name}.json", "a.json", card, "nvidia---31mcon--x/a.json", ""},
		{"no card", "{gpu}/{name}.json", "a.json", nobody, "", "the card is not known: say --gpu"},
		{"no card is needed", likeTheSource, "a.json", nobody, "a.json", ""},
		{"a folder that climbs", likeTheSource, "../a.json", card, "", "the result would leave out: ../a.json"},
		{"an absolute folder", likeTheSource, "/etc/a.json", card, "", "the result would leave out: /etc/a.json"},
		{"a folder that climbs late", "x/{dir}/{name}.json", "y/../../../a.json", card, "", "the result would leave out: ../a.json"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := &outs{folder: "out", template: tt.template}
			got, err := o.of(source{name: tt.below, below: tt.below}, tt.on)
			if tt.fails == "" && (err != nil || got != tt.want) || tt.fails != "" && (err == nil || !strings.Contains(err.Error(), tt.fails)) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestNotOnWindows(t *testing.T) {
	for name, reason := range map[string]string{
		"a/b.json": "", "CONSOLE.json": "", "COM.json": "", "COM10.json": "", "LPT0x": "", "a.b/.json": "", "日本.json": "",
		"con": "CON is a device", "a/NUL.json": "NUL is a device", "Aux.tar.gz": "AUX is a device", "com1.json": "COM1 is a device",
		"lpt9": "LPT9 is a device", "COM¹.json": "COM¹ is a device", "prn .txt": "PRN is a device", "CONIN$": "CONIN$ is a device",
		"C:a.json": "Windows has no names with", `a\b`: "Windows has no names with", "a?": "Windows has no names with", "a\x1b": "Windows has no names with",
		"a./b": "drops dots and blanks", "a.json ": "drops dots and blanks", "...": "drops dots and blanks",
	} {
		t.Run(name, func(t *testing.T) {
			got := notOnWindows(name)
			if (got == "") != (reason == "") || !strings.Contains(got, reason) {
				t.Errorf("got %q, want %q", got, reason)
			}
		})
	}
}

func FuzzOutsName(f *testing.F) {
	f.Add("{dir}/{name}.{ext}", "../../a.json", "RTX 3090")
	f.Add("x/{gpu}/{name}", "C:\\a/b", "../..")
	f.Fuzz(func(t *testing.T, template, below, card string) {
		o := &outs{folder: "out", template: template}
		name, err := o.of(source{below: below}, &place{Machine: &detect.Machine{GPU: &gpu.GPU{Name: card}}})
		if err != nil {
			return
		}
		if in := filepath.Join("out", name); in != "out" && !strings.HasPrefix(in, "out"+string(filepath.Separator)) {
			t.Errorf("%q of %q leads to %q", template, below, in)
		}
	})
}
