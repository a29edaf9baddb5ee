from recolte.cli import main

main()
