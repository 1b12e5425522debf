import {
  to = iriusrisk_user.ada
  id = "ada"
}
