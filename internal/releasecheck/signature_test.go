package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// gpg runs GnuPG with its own home directory and returns the output.
func gpg(t *testing.T, home string, arguments ...string) []byte {
	t.Helper()

	command := exec.Command("gpg", append([]string{"--homedir", home, "--batch", "--quiet", "--passphrase", ""}, arguments...)...)

	output, err := command.Output()
	if err != nil {
		t.Fatalf("gpg %q: %v", arguments, err)
	}

	return output
}

// keyring generates a key and returns the GnuPG home directory and a file with the public key.
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

// A signature is valid if it was made with the key, of the file, with an accepted algorithm.
func TestVerifySignature_acceptsRegistryKeysOnly(t *testing.T) {
	t.Parallel()

	for _, command := range []string{"gpg", "gpgv", "gpgconf"} {
		if _, err := exec.LookPath(command); err != nil {
			t.Skipf("GnuPG is not installed: %v", err)
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
		"elliptic curve": {curve, file + ".curve", file, "accepts only RSA and DSA"},
	} {
		if err := verifySignature(t.Context(), test.keyring, test.signature, test.file); (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: the error is %v, want %q in it", title, err, test.want)
		}
	}
}

// A signature of an expired key is not valid, although gpgv reports VALIDSIG.
func TestCheckStatus_expiredKey(t *testing.T) {
	t.Parallel()

	const valid = "[GNUPG:] VALIDSIG 0123456789ABCDEF0123456789ABCDEF01234567 2026-01-31 1769817600 0 4 0 1 10 00 0123456789ABCDEF0123456789ABCDEF01234567\n"

	if err := checkStatus("[GNUPG:] GOODSIG 0123456789ABCDEF Test\n" + valid); err != nil {
		t.Error(err)
	}

	if err := checkStatus("[GNUPG:] EXPKEYSIG 0123456789ABCDEF Test\n" + valid); err == nil || !strings.Contains(err.Error(), "no valid signature") {
		t.Errorf("got %v", err)
	}
}
