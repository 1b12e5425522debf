import {
  to = iriusrisk_role.auditor
  identity = {
    id = "38400000-8cf0-11bd-b23e-10b96e4ef00d"
  }
}
