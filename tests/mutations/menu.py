"""All mutations, by what they weaken."""

from mutations.delivering import DELIVERING
from mutations.placing import PLACING
from mutations.taking_in import TAKING_IN
from mutations.telling import TELLING

MUTATIONS = (*PLACING, *TAKING_IN, *DELIVERING, *TELLING)
