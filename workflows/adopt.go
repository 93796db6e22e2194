package workflows

// keep takes over what ComfyUI does not tell of an input: that its options are files,
// and what Python does without a value.
func (in *InputType) keep(known *InputType) {
	if known == nil {
		return
	}
	if known.Kind == KindFile && in.Kind == KindCombo {
		in.Kind, in.Default = KindFile, nil
	}
	if known.Kind == in.Kind && known.Optional && in.Optional {
		in.Absent = known.Absent
	}
}

// adopt makes what packs tell of a class fit the installed one, which may be older or
// newer: an input is called as it is called there, and what it does not have is left out.
func (c *Class) adopt(known *Class) {
	formers := map[string][]string{} // today's name to those it had
	for former, now := range known.Renamed {
		formers[now] = append(formers[now], former)
	}
	c.Renamed = map[string]string{}
	here := func(name string) string {
		for _, each := range append([]string{name}, formers[name]...) {
			if c.Input(each) != nil {
				return each
			}
		}
		return ""
	}
	for _, in := range known.Inputs() {
		if name := here(in.Name); name != "" {
			for _, other := range append([]string{in.Name}, formers[in.Name]...) {
				if other != name {
					c.Renamed[other] = name
				}
			}
		}
	}
	adopted := func(words map[string]string) map[string]string {
		all := map[string]string{}
		for word, name := range words {
			if name := here(name); name != "" {
				all[word] = name
			}
		}
		return all
	}
	c.Fields, c.Takes = adopted(known.Fields), adopted(known.Takes)
	c.Through, c.Next = here(known.Through), here(known.Next)
	c.known = known.Widgets()
}
