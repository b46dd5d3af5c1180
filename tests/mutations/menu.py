"""All mutations, by what they weaken."""

from mutations.committing import COMMITTING
from mutations.delivering import DELIVERING
from mutations.placing import PLACING
from mutations.taking_in import TAKING_IN
from mutations.telling import TELLING

MUTATIONS = (*PLACING, *COMMITTING, *TAKING_IN, *DELIVERING, *TELLING)
