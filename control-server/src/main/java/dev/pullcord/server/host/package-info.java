/** The only place that touches the machine: files that survive a power cut, its clock, systemd. */
@NullMarked
package dev.pullcord.server.host;

import org.jspecify.annotations.NullMarked;
