# Local accounts do not depend on the identity provider: only these may be enabled. The pattern ignores the users that single
# sign-on creates.
import {
  to = iriusrisk_users_exclusive.local_accounts
  id = "users"
}

resource "iriusrisk_users_exclusive" "local_accounts" {
  usernames        = ["break-glass", "svc-pipeline"]
  ignore_usernames = ["*@example.com"]
}
