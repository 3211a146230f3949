// An OCI runtime that stands before runc on machines that cannot grant every capability. Docker's --privileged asks for
// all that the kernel knows, and runc gives up ("unable to apply caps: operation not permitted") when one of them is
// outside this process's bounding set. The wrapper takes those out of what is asked for and hands over to runc; where
// CAP_SYS_RESOURCE is missing, a negative oomScoreAdj goes too, since it could not be set either.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// The capabilities in the order of their bits in linux/capability.h.
var capabilities = strings.Fields(`
	CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
	NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT
	SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE
	AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ
	PERFMON BPF CHECKPOINT_RESTORE`)

type object = map[string]any

func main() {
	words := os.Args[1:]
	if err := adapt(request(words), grantable()); err != nil {
		// runc still has its say: it may not need what could not be taken out.
		fmt.Fprintln(os.Stderr, "runtime-wrapper:", err)
	}
	runc := "/usr/sbin/runc"
	if named := os.Getenv("ROLLOUT_SIM_RUNC"); named != "" {
		runc = named
	}
	err := syscall.Exec(runc, append([]string{runc}, words...), os.Environ())
	fmt.Fprintln(os.Stderr, "runtime-wrapper:", runc, err)
	os.Exit(1)
}

// asked is the part of runc's command line that matters here.
type asked struct{ command, bundle, process string }

func request(words []string) asked {
	var found asked
	for i, word := range words {
		option, value, joined := strings.Cut(word, "=")
		if !joined && i+1 < len(words) {
			value = words[i+1]
		}
		switch option {
		case "create", "run", "restore", "exec":
			if found.command == "" {
				found.command = option
			}
		case "--bundle", "-b":
			found.bundle = value
		case "--process", "-p":
			found.process = value
		}
	}
	return found
}

// adapt rewrites the document that runc is about to read: a container's whole one, or that of one process.
func adapt(found asked, granted map[string]bool) error {
	switch {
	case found.command == "create" || found.command == "run":
		return rewrite(filepath.Join(found.bundle, "config.json"), func(document object) {
			if process, ok := document["process"].(object); ok {
				restrict(process, granted)
			}
		})
	case found.command == "exec" && found.process != "":
		return rewrite(found.process, func(process object) { restrict(process, granted) })
	}
	return nil
}

func rewrite(file string, change func(object)) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var document object
	if err := json.Unmarshal(text, &document); err != nil {
		return err
	}
	change(document)
	if text, err = json.Marshal(document); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

func restrict(process object, granted map[string]bool) {
	sets, _ := process["capabilities"].(object)
	for set, value := range sets {
		names, ok := value.([]any)
		if !ok {
			continue
		}
		kept := []any{}
		for _, name := range names {
			if text, ok := name.(string); ok && granted[text] {
				kept = append(kept, name)
			}
		}
		sets[set] = kept
	}
	score, given := process["oomScoreAdj"].(float64)
	if given && score < 0 && !granted["CAP_SYS_RESOURCE"] {
		delete(process, "oomScoreAdj")
	}
}

// grantable reads this process's bounding set.
func grantable() map[string]bool {
	granted := map[string]bool{}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return granted
	}
	for line := range strings.Lines(string(status)) {
		digits, found := strings.CutPrefix(line, "CapBnd:")
		if !found {
			continue
		}
		bits, _ := strconv.ParseUint(strings.TrimSpace(digits), 16, 64)
		for bit, name := range capabilities {
			granted["CAP_"+name] = bits>>bit&1 == 1
		}
	}
	return granted
}
