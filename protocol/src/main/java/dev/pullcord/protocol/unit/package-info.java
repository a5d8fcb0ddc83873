/** Durations and sizes as people write them: 20ms, 30s, 5m, 2h, 7d; 64MiB. */
@NullMarked
package dev.pullcord.protocol.unit;

import org.jspecify.annotations.NullMarked;
