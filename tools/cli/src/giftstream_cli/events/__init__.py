"""`giftstream events`: put events onto Kafka, checked and signed."""
