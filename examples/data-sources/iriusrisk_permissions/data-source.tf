data "iriusrisk_permissions" "all" {}

# A role with every project permission that only views.
resource "iriusrisk_role" "viewer" {
  name                = "Viewer"
  project_permissions = [for name in data.iriusrisk_permissions.all.project : name if endswith(name, "_VIEW")]
}
