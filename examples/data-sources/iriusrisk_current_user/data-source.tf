data "iriusrisk_current_user" "this" {
  lifecycle {
    postcondition {
      condition     = contains(self.permissions, "ALL_USERS_UPDATE")
      error_message = "The API token of ${self.username} does not have the permission ALL_USERS_UPDATE."
    }
  }
}
