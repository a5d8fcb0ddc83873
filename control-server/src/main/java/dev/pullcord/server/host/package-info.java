/**
 * The only room that touches the machine: its clock, its timers, files that outlive a power cut.
 */
@NullMarked
package dev.pullcord.server.host;

import org.jspecify.annotations.NullMarked;
