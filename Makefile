# placeholder: replaced by the tool chain's own
