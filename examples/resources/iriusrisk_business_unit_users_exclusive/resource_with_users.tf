# A business unit and its members, all declared here. The references to usernames order the creations.
resource "iriusrisk_business_unit" "cards" {
  name         = "Cards"
  reference_id = "cards"
}

resource "iriusrisk_user" "grace" {
  username   = "grace"
  email      = "grace@example.com"
  first_name = "Grace"
  last_name  = "Hopper"
}

resource "iriusrisk_business_unit_users_exclusive" "cards" {
  business_unit_id = iriusrisk_business_unit.cards.id
  usernames        = [iriusrisk_user.grace.username]
}
