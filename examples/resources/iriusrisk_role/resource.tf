resource "iriusrisk_role" "auditor" {
  name        = "Auditor"
  description = "Sees all projects and their risks, and changes nothing"

  global_permissions  = ["ANALYTICS_MODULE_ACCESS", "PRODUCTS_LIST_ALL", "RISK_SUMMARY_VIEW"]
  project_permissions = ["ARCHITECTURE_VIEW", "RISK_VIEW"]
}
