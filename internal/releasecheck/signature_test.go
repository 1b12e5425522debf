package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// gpg runs GnuPG with a folder of its own, and returns what it prints.
func gpg(t *testing.T, home string, arguments ...string) []byte {
	t.Helper()

	command := exec.Command("gpg", append([]string{"--homedir", home, "--batch", "--quiet", "--passphrase", ""}, arguments...)...)

	output, err := command.Output()
	if err != nil {
		t.Fatalf("gpg %q: %v", arguments, err)
	}

	return output
}

// keyring makes a key, and returns the folder that holds it and a file with its public half.
func keyring(t *testing.T, algorithm string) (home, public string) {
	t.Helper()

	home = t.TempDir()
	public = filepath.Join(home, "public.gpg")

	t.Cleanup(func() {
		if err := exec.Command("gpgconf", "--homedir", home, "--kill", "all").Run(); err != nil {
			t.Errorf("unable to stop the agent: %v", err)
		}
	})
	gpg(t, home, "--quick-generate-key", "Test <test@example.com>", algorithm, "sign", "1d")

	if err := os.WriteFile(public, gpg(t, home, "--export"), 0o600); err != nil {
		t.Fatal(err)
	}

	return home, public
}

// A signature is good when it was made with the key, of this very file, by an algorithm that the registry takes.
func TestVerifySignature(t *testing.T) {
	t.Parallel()

	for _, command := range []string{"gpg", "gpgv", "gpgconf"} {
		if _, err := exec.LookPath(command); err != nil {
			t.Skipf("there is no GnuPG here: %v", err)
		}
	}

	home, public := keyring(t, "rsa2048")
	curveHome, curve := keyring(t, "ed25519")
	folder := t.TempDir()
	file := filepath.Join(folder, "file")

	write := func(path, content string) {
		t.Helper()

		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	write(file, "content")
	gpg(t, home, "--output", file+".sig", "--detach-sign", file)
	gpg(t, curveHome, "--output", file+".curve", "--detach-sign", file)
	write(filepath.Join(folder, "changed"), "Content")
	write(file+".empty", "")

	for title, test := range map[string]struct{ keyring, signature, file, want string }{
		"good":           {public, file + ".sig", file, ""},
		"another key":    {curve, file + ".sig", file, "gpgv"},
		"another file":   {public, file + ".sig", filepath.Join(folder, "changed"), "BAD signature"},
		"empty":          {public, file + ".empty", file, "gpgv"},
		"missing":        {public, file + ".missing", file, "gpgv"},
		"elliptic curve": {curve, file + ".curve", file, "takes RSA and DSA only"},
	} {
		if err := verifySignature(t.Context(), test.keyring, test.signature, test.file); (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v does not say %q", title, err, test.want)
		}
	}
}

// A signature of a key that has expired is no good one, although gpgv calls it valid.
func TestCheckStatus_expiredKey(t *testing.T) {
	t.Parallel()

	const valid = "[GNUPG:] VALIDSIG 0123456789ABCDEF0123456789ABCDEF01234567 2026-01-31 1769817600 0 4 0 1 10 00 0123456789ABCDEF0123456789ABCDEF01234567\n"

	if err := checkStatus("[GNUPG:] GOODSIG 0123456789ABCDEF Test\n" + valid); err != nil {
		t.Error(err)
	}

	if err := checkStatus("[GNUPG:] EXPKEYSIG 0123456789ABCDEF Test\n" + valid); err == nil || !strings.Contains(err.Error(), "no good signature") {
		t.Errorf("got %v", err)
	}
}
