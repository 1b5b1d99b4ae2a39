package terraform

// checkToken is the type token of a check with messages in a plan or a state: a check block, a precondition or
// postcondition, or the validation of a variable.
const checkToken = "terraform:check:Check"

// checkResult is the result of a check in plans and states.
type checkResult struct {
	Address   checkAddress `json:"address"`
	Instances []*struct {
		Address  checkAddress `json:"address"`
		Problems []*problem   `json:"problems"`
	} `json:"instances"`
}

type checkAddress struct {
	Display string `json:"to_display"`
}

type problem struct {
	Message string `json:"message"`
}

// rawCheck is the result of a check in a stored state.
type rawCheck struct {
	Address string `json:"config_addr"`
	Objects []*struct {
		Address  string   `json:"object_addr"`
		Messages []string `json:"failure_messages"`
	} `json:"objects"`
}

// addChecks adds the checks that have failed: their messages are strings that the program has built.
func (d *Document) addChecks() {
	for _, c := range d.file.Checks {
		if c == nil {
			continue
		}
		for _, instance := range c.Instances {
			if instance == nil {
				continue
			}
			var messages []string
			for _, p := range instance.Problems {
				if p != nil {
					messages = append(messages, p.Message)
				}
			}
			d.addCheck(c.Address.Display, instance.Address.Display, messages)
		}
	}
	for _, c := range d.file.rawChecks {
		if c == nil {
			continue
		}
		for _, object := range c.Objects {
			if object != nil {
				d.addCheck(c.Address, object.Address, object.Messages)
			}
		}
	}
}

// addCheck adds a check that has failed. It has the name of the object that it is a condition of, which may be added
// itself.
func (d *Document) addCheck(at, instance string, messages []string) {
	if len(messages) == 0 {
		return
	}
	if instance != "" {
		at = instance
	}
	problems := make([]any, len(messages))
	for i, message := range messages {
		problems[i] = map[string]any{"message": message}
	}
	id := at
	if d.byID[id] != nil {
		id += ".check"
	}
	d.counts.checks++
	d.add(&row{
		id: id, address: at, name: at, token: checkToken, module: parseModule(at), custom: true,
		held: &loaded{inputs: tree{value: map[string]any{"problems": problems}}},
	})
}
