package provider

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/cli"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// upgradeFolder has a folder for each recording, with its configuration.
var upgradeFolder = filepath.Join("testdata", "upgrade")

// recording is a state that an earlier provider has written, with the server that the state describes.
type recording struct {
	Commit        string                   `json:"commit"`
	Users         []simulator.User         `json:"users"`
	Roles         []recordedRole           `json:"roles"`
	BusinessUnits []simulator.BusinessUnit `json:"business_units"`
	State         recordedState            `json:"state"`
}

type recordedRole struct {
	simulator.Role

	Global, Project []string
}

// recordedState is a state file. Only its resources differ from one recording to another.
type recordedState struct {
	Version          int                `json:"version"`
	TerraformVersion string             `json:"terraform_version"`
	Serial           int                `json:"serial"`
	Lineage          string             `json:"lineage"`
	Outputs          map[string]any     `json:"outputs"`
	Resources        []recordedResource `json:"resources"`
}

type recordedResource struct {
	Mode      string             `json:"mode"`
	Type      string             `json:"type"`
	Name      string             `json:"name"`
	Provider  string             `json:"provider"`
	Instances []recordedInstance `json:"instances"`
}

type recordedInstance struct {
	SchemaVersion         int64           `json:"schema_version"`
	Attributes            json.RawMessage `json:"attributes"`
	SensitiveAttributes   json.RawMessage `json:"sensitive_attributes"`
	IdentitySchemaVersion int64           `json:"identity_schema_version"`
	Identity              json.RawMessage `json:"identity,omitempty"`
	Private               []byte          `json:"private,omitempty"`
	Dependencies          []string        `json:"dependencies,omitempty"`
}

// A state that an earlier provider has written needs no change.
func TestUpgrade_planIsEmpty(t *testing.T) {
	t.Parallel()

	for name, recorded := range recordings(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			server := recorded.restore(t)
			output := run(t, recorded.workspace(t, name, server), "plan", "-detailed-exitcode", "-input=false", "-no-color")

			if strings.Contains(output, "Warning") {
				t.Errorf("the plan warns: %s", output)
			}

			expectNoWrites(t, server)
		})
	}
}

// The private data and the identities that an earlier provider has written are read. A state without an identity gets one.
func TestUpgrade_readsIdentitiesAndPrivateData(t *testing.T) {
	t.Parallel()

	for name, recorded := range recordings(t) {
		p := newConfigured(t, recorded.restore(t))
		identities := identitySchemas(t, p)

		for _, resource := range recorded.State.Resources {
			schema, managed := p.schema.ResourceSchemas[resource.Type]
			if !managed || resource.Mode != "managed" {
				continue
			}

			for _, instance := range resource.Instances {
				upgraded, err := p.server.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
					TypeName: resource.Type, Version: instance.SchemaVersion, RawState: &tfprotov6.RawState{JSON: instance.Attributes},
				})
				p.noError(err)
				p.requireNoErrors(upgraded.Diagnostics)

				request := &tfprotov6.ReadResourceRequest{TypeName: resource.Type, CurrentState: upgraded.UpgradedState, Private: instance.Private}

				if instance.Identity != nil {
					request.CurrentIdentity = p.upgradedIdentity(resource.Type, identities[resource.Type], instance)
				}

				read, err := p.server.ReadResource(t.Context(), request)
				p.noError(err)

				if len(read.Diagnostics) > 0 {
					t.Errorf("%s: reading %s.%s causes %s", name, resource.Type, resource.Name, read.Diagnostics[0].Summary)
				}

				if p.decode(schema, read.NewState) == nil {
					t.Errorf("%s: %s.%s is removed from the state", name, resource.Type, resource.Name)
				}

				if identity, has := identities[resource.Type]; has {
					value, err := read.NewIdentity.IdentityData.Unmarshal(identity.ValueType())
					if err != nil || !value.IsFullyKnown() || value.IsNull() {
						t.Errorf("%s: the identity of %s.%s is %v, %v", name, resource.Type, resource.Name, value, err)
					}
				}
			}
		}
	}
}

// upgradedIdentity returns the identity of a recorded object. As Terraform does, it asks the provider only if the version of the
// identity has changed.
func (p *protocol) upgradedIdentity(typeName string, schema *tfprotov6.ResourceIdentitySchema, instance recordedInstance) *tfprotov6.ResourceIdentityData {
	p.t.Helper()

	raw := &tfprotov6.RawState{JSON: instance.Identity}

	if instance.IdentitySchemaVersion != schema.Version {
		upgraded, err := p.server.UpgradeResourceIdentity(p.t.Context(), &tfprotov6.UpgradeResourceIdentityRequest{
			TypeName: typeName, Version: instance.IdentitySchemaVersion, RawIdentity: raw,
		})
		p.noError(err)
		p.requireNoErrors(upgraded.Diagnostics)

		return upgraded.UpgradedIdentity
	}

	value, err := raw.Unmarshal(schema.ValueType())
	p.noError(err)

	encoded, err := tfprotov6.NewDynamicValue(schema.ValueType(), value)
	p.noError(err)

	return &tfprotov6.ResourceIdentityData{IdentityData: &encoded}
}

// Every resource is in a recording, and every release and the baseline have one.
func TestUpgrade_recordsEveryResource(t *testing.T) {
	t.Parallel()

	recorded := recordings(t)

	for _, file := range repositoryFiles(t, "schema/*.json") {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		if _, found := recorded[name]; !found && name != "current" {
			t.Errorf("%s has no recording", file)
		}
	}

	types := make(map[string]bool)

	for _, recording := range recorded {
		for _, resource := range recording.State.Resources {
			types[resource.Type] = types[resource.Type] || resource.Mode == "managed"
		}
	}

	for typeName := range newUnconfigured(t).schema.ResourceSchemas {
		if !types[typeName] {
			t.Errorf("no recording has a resource %s", typeName)
		}
	}
}

// recordings returns the recordings by the names of their folders.
func recordings(t *testing.T) map[string]recording {
	t.Helper()

	folders, err := filepath.Glob(filepath.Join(upgradeFolder, "*", "main.tf"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("there are no recordings: %v", err)
	}

	recorded := make(map[string]recording)

	for _, file := range folders {
		var read recording

		folder := filepath.Dir(file)
		if err := json.Unmarshal([]byte(readExample(t, filepath.Join(folder, "recorded.json"))), &read); err != nil {
			t.Fatal(err)
		}

		recorded[filepath.Base(folder)] = read
	}

	return recorded
}

// workspace returns a workspace with the configuration and the state of a recording.
func (r recording) workspace(t *testing.T, name string, server *simulator.Server) *cli.Workspace {
	t.Helper()

	host := "registry.terraform.io"
	if at, err := cliUnderTest(); err != nil {
		t.Fatal(err)
	} else if at.openTofu {
		host = "registry.opentofu.org"
	}

	for i := range r.State.Resources {
		r.State.Resources[i].Provider = fmt.Sprintf("provider[%q]", host+"/iriusrisk/iriusrisk")
	}

	state, err := json.Marshal(r.State)
	if err != nil {
		t.Fatal(err)
	}

	return openWorkspace(t, server, fstest.MapFS{"main.tf": {Data: recordedConfiguration(t, name)}, "terraform.tfstate": {Data: state}}, nil)
}

// recordedConfiguration returns the configuration of a recording.
func recordedConfiguration(t *testing.T, name string) []byte {
	t.Helper()

	return []byte(requirement + readExample(t, filepath.Join(upgradeFolder, name, "main.tf")))
}

// restore starts a server with the recorded objects.
func (r recording) restore(t *testing.T) *simulator.Server {
	t.Helper()

	server := startServer(t, simulator.Options{})

	for _, role := range r.Roles {
		added := server.AddRole(role.Name)
		server.SetRolePermissions(added.ID, role.Global, role.Project)
		server.UpdateRole(added.ID, func(details *simulator.Role) { *details = role.Role })
	}

	for _, unit := range r.BusinessUnits {
		added := server.AddBusinessUnit(unit.ReferenceID, unit.Name)
		server.UpdateBusinessUnit(added.ID, func(details *simulator.BusinessUnit) { *details = unit })
	}

	for _, user := range r.Users {
		server.AddUser(user)
	}

	return server
}
