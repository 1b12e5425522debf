package provider

import (
	"context"
	"os"
	"sync"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
)

// cliFeature is a feature that Terraform and OpenTofu have since version 1.<minor>. The minor number is 0 for a CLI
// without it.
type cliFeature struct{ terraform, openTofu int }

var (
	importBlocks       = cliFeature{terraform: 5, openTofu: 6}
	providerFunctions  = cliFeature{terraform: 8, openTofu: 7}
	ephemeralResources = cliFeature{terraform: 10, openTofu: 11}
	// OpenTofu does not open ephemeral resources that depend on a resource with pending changes.
	ephemeralInEveryPlan = cliFeature{terraform: 10}

	writeOnlyArguments = cliFeature{terraform: 11, openTofu: 11}
	importByIdentity   = cliFeature{terraform: 12, openTofu: 12}
	// mockedProviders are mock_provider blocks in files of tests.
	mockedProviders = cliFeature{terraform: 7, openTofu: 8}
	removedBlocks   = cliFeature{terraform: 7, openTofu: 10}

	queries = cliFeature{terraform: 14}
	actions = cliFeature{terraform: 14}

	lifecycleDestroy = cliFeature{terraform: 16, openTofu: 12}
	importInModules  = cliFeature{terraform: 16}
	destroyActions   = cliFeature{terraform: 16}

	// Before, the CLI generates the configuration of an import without the provider.
	generatedByProvider = cliFeature{terraform: 14}
)

// needs skips a test if the CLI lacks one of the features.
func needs(t *testing.T, features ...cliFeature) {
	t.Helper()

	at, err := cliUnderTest()
	if err != nil {
		t.Fatal(err)
	}

	for _, feature := range features {
		needed, name := feature.terraform, "Terraform"
		if at.openTofu {
			needed, name = feature.openTofu, "OpenTofu"
		}

		switch {
		case needed == 0:
			t.Skipf("%s cannot do this", name)
		case at.minor < needed:
			t.Skipf("%s 1.%d cannot do this, 1.%d can", name, at.minor, needed)
		}
	}
}

type cliVersion struct {
	openTofu bool
	minor    int
}

// cliUnderTest is the version of the CLI that the tests run.
var cliUnderTest = sync.OnceValues(func() (cliVersion, error) {
	path, err := cli.Find(os.Getenv("TF_ACC_TERRAFORM_PATH"))
	if err != nil {
		return cliVersion{}, err
	}

	openTofu, minor, err := cli.Version(context.Background(), path)

	return cliVersion{openTofu, minor}, err
})
