package software

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
)

// torch answers which torch it is and what it was built for. What the module itself says outranks
// the installer's note: packages from PyPI leave the build out of that.
func (s *site) torch(v Versions) {
	file := filepath.Join(s.dir, "torch", "version.py")
	text, _ := head(file, maxText)
	version, source := assigned(string(text), "__version__"), file
	if version == "" {
		if list := s.dists["torch"]; len(list) == 1 {
			version, source = list[0].read()
		} else {
			for _, name := range []string{"torch", "torch_build", "cuda"} {
				v.unknown(name, "%s does not tell which torch it is", s.dir)
			}
			return
		}
	}
	v.torch(version, source)
	switch cuda, hip := assigned(string(text), "cuda"), assigned(string(text), "hip"); {
	case isVersion(cuda):
		v["cuda"] = Fact{Value: cuda, Source: file}
		if v["torch_build"].Value == "" {
			v["torch_build"] = Fact{Value: "cu" + strings.ReplaceAll(cuda, ".", ""), Source: file}
		}
	case isVersion(hip):
		v["cuda"] = Fact{Value: Absent, Source: file}
		if v["torch_build"].Value == "" {
			v["torch_build"] = Fact{Value: "rocm" + hip, Source: file}
		}
	case none(string(text), "cuda"):
		v["cuda"] = Fact{Value: Absent, Source: file}
	}
}

// torch notes a version with or without its build: "2.9.1+cu128".
func (v Versions) torch(version, source string) {
	release, build, _ := strings.Cut(version, "+")
	v.set("torch", release, source)
	v.unknown("torch_build", "%s does not say what torch was built for", source)
	v.unknown("cuda", "%s does not say what torch was built for", source)
	if cuda, ok := cudaOf(build); ok {
		v["torch_build"] = Fact{Value: build, Source: source}
		v["cuda"] = Fact{Value: cuda, Source: source}
	}
}

// cudaOf reads the CUDA out of a build: "cu128" is 12.8; the others have none.
func cudaOf(build string) (cuda string, ok bool) {
	if build == "" {
		return "", false
	}
	if m := regexp.MustCompile(`^cu(\d{2})(\d)$`).FindStringSubmatch(build); m != nil {
		return m[1] + "." + m[2], true
	}
	return Absent, regexp.MustCompile(`^(?:cpu|xpu|rocm[\d.]{0,20})$`).MatchString(build)
}

// assigned returns the text that a line of Python gives to a name, as in: cuda: str = '12.8'
func assigned(python, name string) string {
	m := regexp.MustCompile(fmt.Sprintf(`(?m)^%s\s*(?::[^=\n]*)?=\s*["']([^"'\n]{1,64})["']`, name)).FindStringSubmatch(python)
	if m == nil {
		return ""
	}
	return m[1]
}

// none reports whether a line of Python gives None to a name.
func none(python, name string) bool {
	return regexp.MustCompile(fmt.Sprintf(`(?m)^%s\s*(?::[^=\n]*)?=\s*None\b`, name)).MatchString(python)
}
