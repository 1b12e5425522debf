import {
  to = iriusrisk_role.auditor
  id = "Auditor"
}
