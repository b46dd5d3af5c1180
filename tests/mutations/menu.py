"""All mutations, by what they weaken."""

from mutations.asking_stores import ASKING_STORES
from mutations.committing import COMMITTING
from mutations.deciding import DECIDING
from mutations.delivering import DELIVERING
from mutations.following import FOLLOWING
from mutations.outages import OUTAGES
from mutations.placing import PLACING
from mutations.taking_in import TAKING_IN
from mutations.telling import TELLING

MUTATIONS = (
    *PLACING,
    *COMMITTING,
    *ASKING_STORES,
    *TAKING_IN,
    *DECIDING,
    *DELIVERING,
    *OUTAGES,
    *FOLLOWING,
    *TELLING,
)
