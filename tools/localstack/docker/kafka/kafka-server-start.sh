#!/bin/sh
# As the script of this name in Kafka's distribution, as far as it is used: the same variables count.
exec java ${KAFKA_HEAP_OPTS:--Xmx1G} ${KAFKA_JVM_PERFORMANCE_OPTS:-} ${KAFKA_LOG4J_OPTS:-} ${KAFKA_OPTS:-} \
    -cp '/opt/kafka/libs/*' kafka.Kafka "$@"
