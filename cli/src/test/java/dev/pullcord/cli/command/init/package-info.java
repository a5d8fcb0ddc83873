@NullMarked
package dev.pullcord.cli.command.init;

import org.jspecify.annotations.NullMarked;
