package software

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// body is a commit of the wrapper as git stores it, without its header.
func body(when, message string) string {
	return "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nparent 8640bfa0000000000000000000000000000000aa\n" +
		"author kijai <a@b.fi> 1700000000 +0200\ncommitter kijai <a@b.fi> " + when + "\n\n" + message + "\n"
}

func hashOf(body string) string {
	sum := sha1.Sum(fmt.Appendf(nil, "commit %d\x00%s", len(body), body))
	return hex.EncodeToString(sum[:])
}

func deflate(text string) string {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	io.WriteString(z, text)
	z.Close()
	return packed.String()
}

// looseObject is the file of a commit below .git.
func looseObject(body string) map[string]string {
	hash := hashOf(body)
	return map[string]string{"objects/" + hash[:2] + "/" + hash[2:]: deflate(fmt.Sprintf("commit %d\x00%s", len(body), body))}
}

// clone is a clone of a repository whose branch main is at a commit.
func clone(hash string, more ...map[string]string) map[string]string {
	return merge(append([]map[string]string{{
		".git/HEAD":            "ref: refs/heads/main\n",
		".git/refs/heads/main": hash + "\n",
		"pyproject.toml":       "[project]\nname = \"ComfyUI-WanVideoWrapper\"\nversion = \"1.3.8\"\nlicense = {file = \"LICENSE\"}\n\n[tool.comfy]\nversion = \"9\"\n",
		"__init__.py":          "",
	}}, more...)...)
}

const evening = "1761079800 +0300" // 2025-10-21 23:50 where it was made

func TestPack(t *testing.T) {
	now := body(evening, "fix")
	hash := hashOf(now)
	whole := under(".git", looseObject(now))
	const wrapper = "custom_nodes/ComfyUI-WanVideoWrapper"
	without := func(files map[string]string, name string) map[string]string {
		rest := merge(files)
		delete(rest, name)
		return rest
	}
	for _, tt := range []struct {
		name              string
		files             map[string]string
		day, version, why string // why says why the day is not known
		commit            string
	}{
		{"a clone", under(wrapper, clone(hash, whole)), "2025-10-21", "1.3.8", "", hash},
		{"in lower case", under("custom_nodes/comfyui-wanvideowrapper", clone(hash, whole)), "2025-10-21", "1.3.8", "", hash},
		{"in a list of branches", under(wrapper, merge(without(clone(hash, whole), ".git/refs/heads/main"),
			map[string]string{".git/packed-refs": "# pack-refs with: peeled fully-peeled sorted \n" + strings.Repeat("1", 40) + " refs/heads/dev\n" + hash + " refs/heads/main\n^" + strings.Repeat("2", 40) + "\n"})), "2025-10-21", "1.3.8", "", hash},
		{"no branch", under(wrapper, merge(clone("", whole), map[string]string{".git/HEAD": hash})), "2025-10-21", "1.3.8", "", hash},
		{"a submodule", merge(under(wrapper, map[string]string{".git": "gitdir: ../../.git/modules/w\n", "pyproject.toml": "[project]\nversion='1.4'\n"}),
			under(".git/modules/w", merge(looseObject(now), map[string]string{"HEAD": hash + "\n"}))), "2025-10-21", "1.4", "", hash},
		{"a worktree", merge(under(wrapper, map[string]string{".git": "gitdir: ../../w/.git/worktrees/a"}),
			under("w/.git", merge(looseObject(now), map[string]string{"refs/heads/main": hash, "worktrees/a/HEAD": "ref: refs/heads/main", "worktrees/a/commondir": "../..\n"}))), "2025-10-21", "", "", hash},
		{"a ZIP file taken apart", under(wrapper+"-main", without(without(clone(hash), ".git/HEAD"), ".git/refs/heads/main")), "", "1.3.8", "not a clone; version 1.3.8 in", ""},
		{"not there", nil, "", "", "no ComfyUI-WanVideoWrapper in", ""},
		{"a fork with another name", under("custom_nodes/ComfyUI-WanVideoWrapper-MultiTalk", clone(hash, whole)), "", "", "no ComfyUI-WanVideoWrapper in", ""},
		{"switched off", under("custom_nodes/ComfyUI-WanVideoWrapper.disabled", clone(hash, whole)), "", "", "no ComfyUI-WanVideoWrapper in", ""},
		{"switched off by the manager", under("custom_nodes/ComfyUI-WanVideoWrapper@1_3_8.disabled", clone(hash, whole)), "", "", "no ComfyUI-WanVideoWrapper in", ""},
		{"a file of that name", map[string]string{"custom_nodes/ComfyUI-WanVideoWrapper": ""}, "", "", "no ComfyUI-WanVideoWrapper in", ""},
		{"twice", merge(under(wrapper, clone(hash, whole)), under(wrapper+"-main", clone(hash, whole))), "", "", "twice", ""},
		{"the commit is missing", under(wrapper, clone(hash)), "", "1.3.8", "no pack has it", hash},
		{"the commit is another", under(wrapper, clone(hash, map[string]string{".git/objects/" + hash[:2] + "/" + hash[2:]: deflate("commit 3\x00abc")})), "", "1.3.8", "not the commit that it should be", hash},
		{"a bomb", under(wrapper, clone(hash, map[string]string{".git/objects/" + hash[:2] + "/" + hash[2:]: deflate(strings.Repeat("\x00", 1<<23))})), "", "1.3.8", "more than 1024 KiB", hash},
		{"not packed as it should be", under(wrapper, clone(hash, map[string]string{".git/objects/" + hash[:2] + "/" + hash[2:]: "commit"})), "", "1.3.8", "zlib", hash},
		{"an object without a header", under(wrapper, clone(hash, map[string]string{".git/objects/" + hash[:2] + "/" + hash[2:]: deflate("commit")})), "", "1.3.8", "no header", hash},
		{"a HEAD that goes up", under(wrapper, clone(hash, map[string]string{".git/HEAD": "ref: refs/../../../../main.py\n"})), "", "1.3.8", "names no branch", ""},
		{"a HEAD elsewhere", under(wrapper, clone(hash, map[string]string{".git/HEAD": "ref: /etc/passwd\n"})), "", "1.3.8", "names no branch", ""},
		{"a HEAD of nothing", under(wrapper, clone(hash, map[string]string{".git/HEAD": "\x1b[2J"})), "", "1.3.8", `names no commit: "\x1b[2J"`, ""},
		{"a branch that is not there", under(wrapper, clone(hash, map[string]string{".git/HEAD": "ref: refs/heads/x\n", ".git/packed-refs": hash + " refs/heads/xx\n"})), "", "1.3.8", "does not have the branch", ""},
		{"a hash of the newer kind", under(wrapper, clone(strings.Repeat("a", 64))), "", "1.3.8", "names no commit", ""},
		{".git that says nothing", under(wrapper, map[string]string{".git": "hello"}), "", "", "does not name git's folder", ""},
		{"a version that is none", under(wrapper, clone(hash, whole, map[string]string{"pyproject.toml": "[project]\nversion = \"\x1b[2J\"\n"})), "2025-10-21", "", "", hash},
		{"a version of something else", under(wrapper, clone(hash, whole, map[string]string{"pyproject.toml": "[tool.x]\nversion = \"1\"\n"})), "2025-10-21", "", "", hash},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := read(open(t, tree(t, merge(comfyTree, tt.files))), "linux", nil)
			if got := v["wrapper"]; got.Value != tt.day || !strings.Contains(got.Why, tt.why) || strings.ContainsAny(got.Why, "\x1b") {
				t.Errorf("day: got %+v, want %q or why not: %q", got, tt.day, tt.why)
			}
			if got := v["wrapper_version"].Value; got != tt.version {
				t.Errorf("version: got %q, want %q", got, tt.version)
			}
			if got := v["wrapper_commit"].Value; got != tt.commit {
				t.Errorf("commit: got %q, want %q", got, tt.commit)
			}
		})
	}
}

func TestPackOfTheSecondDisk(t *testing.T) {
	now := body(evening, "x")
	dir := tree(t, merge(under("ComfyUI", comfyTree),
		map[string]string{"ComfyUI/extra_model_paths.yaml": "a: {custom_nodes: ../nodes}\n"},
		under("nodes/ComfyUI-KJNodes", clone(hashOf(now), under(".git", looseObject(now))))))
	v := read(open(t, filepath.Join(dir, "ComfyUI")), "linux", nil)
	if v["kjnodes"].Value != "2025-10-21" || !strings.Contains(v["kjnodes"].Source, hashOf(now)[2:]) {
		t.Errorf("got %+v, want the day and the object it is from", v["kjnodes"])
	}
}

func TestComfyUIVersion(t *testing.T) {
	const project = "[project]\nname = \"ComfyUI\"\nversion = \"0.3.10\"\n"
	for _, tt := range []struct{ name, python, toml, want string }{
		{"its own file", "__version__ = \"0.3.64\"", project, "0.3.64"},
		{"before it had one", "", project, "0.3.10"},
		{"a file without it", "import x\n", project, "0.3.10"},
		{"neither", "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"main.py": "", "models/": ""}
			if tt.python != "" {
				files["comfyui_version.py"] = tt.python
			}
			if tt.toml != "" {
				files["pyproject.toml"] = tt.toml
			}
			if got := read(open(t, tree(t, files)), "linux", nil)["comfyui"]; got.Value != tt.want || tt.want == "" && got.Why == "" {
				t.Errorf("got %+v, want %q", got, tt.want)
			}
		})
	}
}

func TestCommitted(t *testing.T) {
	for _, tt := range []struct{ name, body, day, says string }{
		{"an evening in the east", body(evening, "x"), "2025-10-21", ""},
		{"the same moment further west", body("1761079800 -0330", "x"), "2025-10-21", ""},
		{"the same moment further east", body("1761079800 +0545", "x"), "2025-10-22", ""},
		{"a name with brackets", "committer a> 1 +0000 <x> 1761079800 +0000\n", "2025-10-21", ""},
		{"signed by its author only", "author a <b> 1761079800 +0000\n\n", "", "does not say when"},
		{"in the message", "tree x\n\ncommitter a <b> 1761079800 +0000\n", "", "does not say when"},
		{"long before git", body("0 +0000", "x"), "", "year 1970"},
		{"long after us", body("99999999999 +0000", "x"), "", "year 5138"},
		{"no number", body("soon +0000", "x"), "", "does not say when"},
		{"nothing", "", "", "does not say when"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			day, err := committed([]byte(tt.body))
			if day != tt.day || (err == nil) != (tt.says == "") || err != nil && !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %q, %v, want %q, %q", day, err, tt.day, tt.says)
			}
		})
	}
}

// entry is an object of a pack as it is written: kind, what stands before the packed data, the data.
type entry struct {
	hash   string
	kind   byte
	before string
	data   string
}

// packFiles writes a pack and its index. Offsets of entries are what place returns while writing: a
// delta to an earlier entry needs them.
func packFiles(t testing.TB, wide bool, entries ...func(at int64) entry) map[string]string {
	t.Helper()
	pack := []byte("PACK\x00\x00\x00\x02\x00\x00\x00\x09")
	type placed struct {
		id string
		at int64
	}
	var all []placed
	for _, make := range entries {
		at := int64(len(pack))
		e := make(at)
		id, err := hex.DecodeString(e.hash)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, placed{string(id), at})
		size := len(e.data)
		first := e.kind<<4 | byte(size&15)
		for size >>= 4; size > 0; size >>= 7 {
			pack = append(pack, first|0x80)
			first = byte(size & 0x7f)
		}
		pack = append(append(pack, first), e.before+deflate(e.data)...)
	}
	slices.SortFunc(all, func(a, b placed) int { return strings.Compare(a.id, b.id) })
	index := []byte("\xfftOc\x00\x00\x00\x02")
	for b := range 256 {
		n := 0
		for _, p := range all {
			if int(p.id[0]) <= b {
				n++
			}
		}
		index = binary.BigEndian.AppendUint32(index, uint32(n))
	}
	for _, p := range all {
		index = append(index, p.id...)
	}
	index = append(index, make([]byte, 4*len(all))...) // checksums
	var far []byte
	for i, p := range all {
		if wide {
			index = binary.BigEndian.AppendUint32(index, 1<<31|uint32(i))
			far = binary.BigEndian.AppendUint64(far, uint64(p.at))
			continue
		}
		index = binary.BigEndian.AppendUint32(index, uint32(p.at))
	}
	index = append(index, far...)
	return map[string]string{".git/objects/pack/pack-1.pack": string(pack), ".git/objects/pack/pack-1.idx": string(index)}
}

// difference makes a commit of another one: the beginning is copied, the rest is inserted.
func difference(from, to string) string {
	same := 0
	for same < min(len(from), len(to)) && from[same] == to[same] {
		same++
	}
	d := binary.AppendUvarint(nil, uint64(len(from)))
	d = binary.AppendUvarint(d, uint64(len(to)))
	d = append(d, 0x80|0x10|0x20, byte(same), byte(same>>8)) // from 0, a length of two bytes
	for rest := to[same:]; rest != ""; {
		n := min(len(rest), 127)
		d = append(append(d, byte(n)), rest[:n]...)
		rest = rest[n:]
	}
	return string(d)
}

// back writes the distance to an earlier object.
func back(distance int64) string {
	b := []byte{byte(distance & 0x7f)}
	for distance >>= 7; distance > 0; distance >>= 7 {
		distance--
		b = append([]byte{0x80 | byte(distance&0x7f)}, b...)
	}
	return string(b)
}

func TestPacked(t *testing.T) {
	old := body("1700000000 +0200", strings.Repeat("a long message about nothing. ", 30))
	now := body(evening, "fix: "+strings.Repeat("x", 300))
	hash := hashOf(now)
	id, _ := hex.DecodeString(hashOf(old))
	var first int64
	oldWhole := func(at int64) entry { first = at; return entry{hashOf(old), wholeCommit, "", old} }
	nowWhole := func(int64) entry { return entry{hash, wholeCommit, "", now} }
	nowBefore := func(at int64) entry { return entry{hash, deltaBefore, back(at - first), difference(old, now)} }
	nowTo := func(int64) entry { return entry{hash, deltaTo, string(id), difference(old, now)} }
	mine, _ := hex.DecodeString(hash)
	for _, tt := range []struct {
		name  string
		files map[string]string
		day   string
		why   string
	}{
		{"whole", packFiles(t, false, oldWhole, nowWhole), "2025-10-21", ""},
		{"far into a large pack", packFiles(t, true, oldWhole, nowWhole), "2025-10-21", ""},
		{"a difference to an earlier one", packFiles(t, false, oldWhole, nowBefore), "2025-10-21", ""},
		{"a difference to a named one", packFiles(t, false, nowTo, oldWhole), "2025-10-21", ""},
		{"beside a damaged pack", merge(packFiles(t, false, nowWhole), map[string]string{".git/objects/pack/a.idx": "x", ".git/objects/pack/a.pack": "x"}), "2025-10-21", ""},
		{"not in it", packFiles(t, false, oldWhole), "", "no pack has it"},
		{"a difference to itself", packFiles(t, false, func(int64) entry { return entry{hash, deltaTo, string(mine), difference(now, now)} }), "", "without end"},
		{"a difference to what is not there", packFiles(t, false, nowTo), "", "no pack has it"},
		{"a difference to before the pack", packFiles(t, false, func(int64) entry { return entry{hash, deltaBefore, back(1 << 30), difference(old, now)} }), "", "without end"},
		{"a difference to another length", packFiles(t, false, oldWhole, func(int64) entry { return entry{hash, deltaTo, string(id), difference(now, now)} }), "", "damaged"},
		{"another commit", packFiles(t, false, func(int64) entry { return entry{hash, wholeCommit, "", old} }), "", "not the commit"},
		{"a tree", packFiles(t, false, func(int64) entry { return entry{hash, 2, "", now} }), "", "no commit"},
		{"a bomb", packFiles(t, false, func(int64) entry { return entry{hash, wholeCommit, "", strings.Repeat("\x00", 1<<23)} }), "", "more than"},
		{"an index of the first form", merge(packFiles(t, false, nowWhole), map[string]string{".git/objects/pack/pack-1.idx": strings.Repeat("\x00", 2000)}), "", "form not known"},
		{"an index cut off", merge(packFiles(t, false, nowWhole), map[string]string{".git/objects/pack/pack-1.idx": "\xfftOc\x00\x00\x00\x02" + strings.Repeat("\x7f", 300)}), "", "read the pack's index"},
		{"an index without a pack", map[string]string{".git/objects/pack/pack-1.idx": packFiles(t, false, nowWhole)[".git/objects/pack/pack-1.idx"]}, "", "no pack has it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := merge(comfyTree, under("custom_nodes/ComfyUI-WanVideoWrapper", clone(hash, tt.files)))
			got := read(open(t, tree(t, files)), "linux", nil)["wrapper"]
			if got.Value != tt.day || !strings.Contains(got.Why, tt.why) || (tt.day == "") != (tt.why != "") {
				t.Errorf("got %+v, want %q or why not: %q", got, tt.day, tt.why)
			}
		})
	}
}

func TestPatch(t *testing.T) {
	long := strings.Repeat("0123456789", 7000)
	for _, tt := range []struct {
		name, from, delta, want string // "" is damaged
	}{
		{"copy and insert", "hello world", "\x0b\x08\x90\x05\x03abc", "helloabc"},
		{"copy from an offset", "hello world", "\x0b\x05\x91\x06\x05", "world"},
		{"a length of zero is 64 KiB", long, "\xf0\xa2\x04\x80\x80\x04\x80", long[:1<<16]},
		{"past the end", "hello", "\x05\x05\x91\x03\x05", ""},
		{"insert past the end", "hello", "\x05\x05\x05ab", ""},
		{"less than promised", "hello", "\x05\x05\x90\x03", ""},
		{"more than promised", "hello", "\x05\x02\x90\x03", ""},
		{"the wrong original", "hello", "\x04\x02\x90\x02", ""},
		{"an operation that is none", "hello", "\x05\x01\x00", ""},
		{"a promise too large", "hello", "\x05\xff\xff\xff\xff\x0f", ""},
		{"empty", "hello", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := patch([]byte(tt.from), []byte(tt.delta))
			if string(got) != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("got %.40q, %v, want %.40q", got, err, tt.want)
			}
		})
	}
}

// TestRealGit reads what git itself writes: a clone with its history in a pack, then commits on top.
func TestRealGit(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("no git here")
	}
	dir := tree(t, comfyTree)
	wrapper := filepath.Join(dir, "custom_nodes", "ComfyUI-WanVideoWrapper")
	date := "" // when the next commit is made
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(git, append([]string{"-C", wrapper, "-c", "user.name=k", "-c", "user.email=k@x", "-c", "commit.gpgsign=false", "-c", "gc.auto=0"}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_COMMITTER_DATE="+date, "GIT_AUTHOR_DATE=2020-01-01T00:00:00Z")
		cmd.Env = slices.DeleteFunc(cmd.Env, func(e string) bool { return strings.HasPrefix(e, "GIT_DIR=") })
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Skipf("git %v: %v: %s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	write(t, filepath.Join(wrapper, "a.txt"), "a", false)
	run("init", "-q", "-b", "main")
	run("config", "user.name", "k")
	commits := map[string]string{}
	for i := range 12 {
		date = fmt.Sprintf("2025-02-%02dT23:30:00+0300", 9+i)
		run("commit", "-q", "--allow-empty", "-m", fmt.Sprintf("%d %s", i, strings.Repeat("the same words again and again ", 40)))
		commits[run("rev-parse", "HEAD")] = date[:10]
	}
	read := func() Versions { return read(open(t, dir), "linux", nil) }
	check := func(t *testing.T, want string) {
		t.Helper()
		hash := run("rev-parse", "HEAD")
		if v := read(); v["wrapper_commit"].Value != hash || v["wrapper"].Value != want {
			t.Errorf("got %+v and %+v, want %s of %s", v["wrapper_commit"], v["wrapper"], hash, want)
		}
	}
	t.Run("loose", func(t *testing.T) { check(t, "2025-02-20") })
	run("repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=50")
	run("pack-refs", "--all")
	for hash, want := range commits {
		t.Run(want, func(t *testing.T) {
			run("checkout", "-q", "--detach", hash)
			check(t, want)
		})
	}
	if deltas := run("verify-pack", "-v", filepath.Join(".git", "objects", "pack", packName(t, wrapper))); !strings.Contains(deltas, "chain length") {
		t.Log("git stored no commit as a difference here")
	}
	run("checkout", "-q", "main")
	t.Run("packed", func(t *testing.T) { check(t, "2025-02-20") })
}

func packName(t *testing.T, clone string) string {
	t.Helper()
	list, _ := names(filepath.Join(clone, ".git", "objects", "pack"))
	for _, name := range list {
		if strings.HasSuffix(name, ".idx") {
			return name
		}
	}
	t.Fatal("git made no pack")
	return ""
}

func FuzzPack(f *testing.F) {
	now := body(evening, "x")
	files := packFiles(f, false, func(int64) entry { return entry{hashOf(now), wholeCommit, "", now} })
	f.Add([]byte(files[".git/objects/pack/pack-1.idx"]), []byte(files[".git/objects/pack/pack-1.pack"]), []byte(now))
	f.Add([]byte("\xfftOc\x00\x00\x00\x02"), []byte("PACK"), []byte("\x05\x05\x90\x03"))
	id, _ := hex.DecodeString(hashOf(now))
	f.Fuzz(func(t *testing.T, index, pack, delta []byte) {
		at, err := find(bytes.NewReader(index), id)
		if err == nil {
			if object, err := (pile{bytes.NewReader(index), bytes.NewReader(pack)}).object(at, maxDeltas); err == nil && len(object) > maxObject {
				t.Fatalf("an object of %d bytes", len(object))
			}
		}
		if made, err := patch([]byte(now), delta); err == nil && len(made) > maxObject {
			t.Fatalf("a patch made %d bytes", len(made))
		}
		if day, err := committed(delta); err == nil && len(day) != len("2025-10-21") {
			t.Fatalf("%q is no day", day)
		}
	})
}
